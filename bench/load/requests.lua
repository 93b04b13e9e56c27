-- For wrk: asks for many addresses in turn. Its argument is a file of lines that load.ts writes:
--   M <method>   P <beginning of a path>   F <end of a path>   H <headers, each ended by a tab>   B <body>
-- Request n has the beginning n, the end n and the headers n, each list begun anew when it is over. Its answers are
-- summed up as one line of JSON.
local method, body, prefixes, files, headers = "GET", "", {}, {}, {}
local threads, at, step = 0, 0, 1

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  for line in io.lines(args[1]) do
    local kind, rest = line:sub(1, 1), line:sub(3)
    if kind == "M" then method = rest end
    if kind == "B" then body = rest end
    if kind == "P" then prefixes[#prefixes + 1] = rest end
    if kind == "F" then files[#files + 1] = rest end
    if kind == "H" then headers[#headers + 1] = rest:gsub("\t", "\r\n") end
  end
  at = number * 7919
  if body ~= "" then body = "Content-Length: " .. #body .. "\r\n\r\n" .. body else body = "\r\n" end
  body = "Host: " .. wrk.host .. ":" .. wrk.port .. "\r\n" .. body
end

function request()
  local n = at
  at = at + step
  local target = prefixes[n % #prefixes + 1] .. files[n % #files + 1]
  return method .. " " .. target .. " HTTP/1.1\r\n" .. headers[n % #headers + 1] .. body
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"bytes":%.0f,"refused":%d,"broken":%d,"p50Ms":%.4f,"p99Ms":%.4f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
