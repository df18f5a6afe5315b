-- What wrk sends: pages, worries typed into the page, and the API, in the shares asked for, each worry another.
-- wrk … -s requests.lua http://host:port -- FOLDER pages=80,say=15,api=5 [close]
-- FOLDER holds pages.txt, one path a line, texts.txt, one worry a line, buttons.txt, one form of POST /choose a line, and
-- answers.txt, one body of POST /api/v1/answers a line.

local shares, pages, texts, buttons, answers = {}, {}, {}, {}, {}
local threads = 0

local function lines(path)
  local found = {}
  for line in io.lines(path) do
    if line ~= "" then found[#found + 1] = line end
  end
  return found
end

local function form(text)
  return (text:gsub("[^%w]", function(letter) return string.format("%%%02X", letter:byte()) end))
end

local function quoted(text)
  return '"' .. text:gsub('[%c"\\]', function(letter) return string.format("\\u%04x", letter:byte()) end) .. '"'
end

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  pages, texts = lines(args[1] .. "/pages.txt"), lines(args[1] .. "/texts.txt")
  buttons, answers = lines(args[1] .. "/buttons.txt"), lines(args[1] .. "/answers.txt")
  local sum = 0
  for kind, share in args[2]:gmatch("(%a+)=(%d+)") do
    sum = sum + tonumber(share)
    shares[#shares + 1] = { kind = kind, up_to = sum }
  end
  math.randomseed(20261126 + number)
  wrk.headers["Accept-Encoding"] = "gzip"
  if args[3] == "close" then wrk.headers["Connection"] = "close" end
end

local function with(kind)
  local headers = {}
  for name, value in pairs(wrk.headers) do headers[name] = value end
  headers["Content-Type"] = kind
  return headers
end

function request()
  local drawn, kind = math.random(shares[#shares].up_to), nil
  for _, share in ipairs(shares) do
    if drawn <= share.up_to then
      kind = share.kind
      break
    end
  end
  if kind == "pages" then return wrk.format("GET", pages[math.random(#pages)]) end
  if kind == "choose" then
    return wrk.format("POST", "/choose", with("application/x-www-form-urlencoded"), buttons[math.random(#buttons)])
  end
  if kind == "answers" then
    return wrk.format("POST", "/api/v1/answers", with("application/json"), answers[math.random(#answers)])
  end
  local text = texts[math.random(#texts)]
  if kind == "say" then
    return wrk.format("POST", "/say", with("application/x-www-form-urlencoded"), "text=" .. form(text))
  end
  return wrk.format("POST", "/api/v1/messages", with("application/json"), '{"text":' .. quoted(text) .. "}")
end

function done(summary, latency, requests)
  local wrong = summary.errors
  io.write(string.format(
    '\nMEASURED {"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "max": %.3f, '
      .. '"connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, wrong.connect, wrong.read, wrong.write, wrong.status, wrong.timeout))
end
