-- wrk -s wrk.lua <url> -- seen=<file> share=<0..1> [fresh=<file> skip=<lines>]
-- Sends GET with a bearer token: with probability `share` one of those in `seen`, otherwise the next of `fresh`, from
-- line `skip` on. No `response` function: wrk counts statuses above 399 by itself, and much cheaper.

local seen = {}
local share = 1
local fresh
fresh_used = 0
ran_out = 0

local threads = {}

local function get(token)
  return "GET /me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. token .. "\r\n\r\n"
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local options = {}
  for _, argument in ipairs(args) do
    local name, value = argument:match("^(%w+)=(.*)$")
    if name then options[name] = value end
  end
  for token in io.lines(options.seen) do
    seen[#seen + 1] = get(token)
  end
  share = tonumber(options.share)
  if options.fresh then
    fresh = assert(io.open(options.fresh, "r"))
    for _ = 1, tonumber(options.skip) do fresh:read("*l") end
  end
  math.randomseed(1)
end

function request()
  if share < 1 and math.random() >= share then
    local token = fresh:read("*l")
    if token then
      fresh_used = fresh_used + 1
      return get(token)
    end
    ran_out = ran_out + 1
  end
  return seen[math.random(#seen)]
end

function done(summary, latency)
  local used, out = 0, 0
  for _, thread in ipairs(threads) do
    used = used + thread:get("fresh_used")
    out = out + thread:get("ran_out")
  end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"Requests":%d,"DurationUs":%d,"P50Us":%d,"P99Us":%d,' ..
    '"BadStatus":%d,"Broken":%d,"FreshUsed":%d,"RanOut":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout, used, out))
end
