-- For wrk: asks for the addresses of a file in turn, each thread from a place of its own; prints figures as one line.
local paths, at, threads = {}, 0, 0

function setup(thread)
  thread:set("place", threads)
  threads = threads + 1
end

function init(args)
  for path in io.lines(args[1]) do paths[#paths + 1] = path end
  at = place * 7919
end

function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1])
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format("figures %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
