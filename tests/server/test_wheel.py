import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from support import DEADLINE, EXAMPLES, ROOT, serving

_UV = shutil.which("uv", path=str(Path(sys.executable).parent))


def test_wheel_serves_without_the_repository(tmp_path: Path) -> None:
    assert _UV, "uv is not installed"
    wheels = tmp_path / "wheels"
    command = [_UV, "build", "--quiet", "--wheel", "--out-dir", str(wheels), str(ROOT)]
    subprocess.run(command, check=True, timeout=DEADLINE)  # noqa: S603 - our own command
    (wheel,) = wheels.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with serving(EXAMPLES, tmp_path, elsewhere, PYTHONPATH=str(installed), ARTIKEL_WORKERS="1") as server:
        assert server.get("/v1/search?q=Sicherheitsrat")[0] == 200
        assert server.get("/openapi.json")[0] == 200
