# syntax=docker/dockerfile:1
# docker build -t artikelsuche . && docker run -p 8000:8000 -v $PWD/articles:/articles artikelsuche

FROM python:3.13-slim AS dependencies
COPY requirements.txt /
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r /requirements.txt

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 artikelsuche \
    && install --directory --owner artikelsuche /articles /var/lib/artikelsuche
COPY --from=dependencies /venv /venv
WORKDIR /app
COPY service ./service
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ARTIKEL_ARTICLES=/articles \
    ARTIKEL_INDEX=/var/lib/artikelsuche/index \
    ARTIKEL_BIND=0.0.0.0:8000
USER artikelsuche
EXPOSE 8000
VOLUME /var/lib/artikelsuche
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["python", "-m", "service", "serve"]
