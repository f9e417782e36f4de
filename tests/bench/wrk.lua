-- wrk itself calls a redirect a success; here nothing but the status named after -- is one.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  wrong, expected = 0, tonumber(arguments[1])
end

function response(status)
  if status ~= expected then
    wrong = wrong + 1
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  for _, thread in ipairs(threads) do
    failed = failed + thread:get("wrong")
  end
  io.write(string.format(
    '\n{"requests": %d, "failed": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f}\n',
    summary.requests, failed, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3
  ))
end
