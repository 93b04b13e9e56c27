import { Script } from './script.ts';

/*
 * What is in Redis, everything below KEYS[1], the prefix:
 *
 *     records        hash   session -> JSON [account, asset, version, started, expires]
 *     activity       hash   session -> "<last seen> <bytes>"; who is in it is live, or expired and not swept yet
 *     expiries       zset   session by expiry
 *     started, account:<id>, asset:<id>, version:<id>
 *                    zset   session by start: what lists and counts go by
 *     denied-until   zset   ended session by the expiry of its token
 *     denied-order   zset   the same by a number that grows: processes read on from the last one they have seen
 *     state          hash   epoch (a name for this data: another one means that data was lost), since (Redis's time of
 *                           the epoch's beginning), sequence (the last number given out)
 *     denials        channel: "<session> <expiry> ..." of each that was ended
 *
 * A session leaves `records` only by its expiry or into `denied-*`, as one step. So one that is in neither, and has not
 * expired, was lost, and who knows it may add it again.
 *
 * Times are the caller's, in milliseconds since the epoch (ARGV[1]). Every key ends by itself a while after the last
 * thing in it; what expires before is swept by starts, and by the processes as they look for denials. For one server:
 * keys are made up within scripts, which a cluster does not allow.
 */

/** What has expired stays for so long: another process's clock may be behind. */
const graceMs = 60_000;
/** Longer than any token is valid (`playback.tokenSeconds`), in milliseconds. */
const stateMs = 8 * 24 * 3_600_000;

const prelude = `
local P, now = KEYS[1], tonumber(ARGV[1])
local records, activity, expiries = P .. 'records', P .. 'activity', P .. 'expiries'
local deniedUntil, deniedOrder, state = P .. 'denied-until', P .. 'denied-order', P .. 'state'
local grace = ${graceMs}

local function whole(n) return string.format('%.0f', n) end

local function fields(key, ids)
  local found = {}
  for from = 1, #ids, 1000 do
    local upTo = math.min(from + 999, #ids)
    local part = redis.call('HMGET', key, unpack(ids, from, upTo))
    for i = 1, upTo - from + 1 do found[from + i - 1] = part[i] end
  end
  return found
end

local function keep(key, expiresAt)
  local ms = math.max(tonumber(expiresAt) - now, 0) + 2 * grace
  if redis.call('PTTL', key) < ms then redis.call('PEXPIRE', key, whole(ms)) end
end

local function indexes(record)
  return { P .. 'started', P .. 'account:' .. record[1], P .. 'asset:' .. record[2], P .. 'version:' .. record[3] }
end

local function add(id, text, lastSeenAt, bytes)
  local record = cjson.decode(text)
  redis.call('HSET', records, id, text)
  redis.call('HSET', activity, id, whole(lastSeenAt) .. ' ' .. whole(bytes))
  redis.call('ZADD', expiries, whole(record[5]), id)
  for _, key in ipairs(indexes(record)) do
    redis.call('ZADD', key, whole(record[4]), id)
    keep(key, record[5])
  end
  keep(records, record[5])
  keep(activity, record[5])
  keep(expiries, record[5])
end

local function remove(id, record)
  redis.call('HDEL', records, id)
  redis.call('HDEL', activity, id)
  redis.call('ZREM', expiries, id)
  for _, key in ipairs(indexes(record)) do redis.call('ZREM', key, id) end
end

-- ended: { id, expiry, id, expiry, ... }
local function deny(ended)
  if #ended == 0 then return end
  local sequence = redis.call('HINCRBY', state, 'sequence', #ended / 2) - #ended / 2
  for i = 1, #ended, 2 do
    sequence = sequence + 1
    redis.call('ZADD', deniedUntil, ended[i + 1], ended[i])
    redis.call('ZADD', deniedOrder, whole(sequence), ended[i])
    keep(deniedUntil, ended[i + 1])
    keep(deniedOrder, ended[i + 1])
  end
  redis.call('PUBLISH', P .. 'denials', table.concat(ended, ' '))
end

local function seenAndBytes(text)
  local seen, bytes = string.match(text, '^(%d+) (%d+)$')
  return tonumber(seen), tonumber(bytes)
end

-- Some of an index, after the cursor (score, id), whatever was added and removed since the page before. Ids of the same
-- score stand in their own order; they differ in digits and capitals, which every locale sorts alike.
local function page(index, command, score, id, most)
  local downwards = command == 'ZREVRANGEBYSCORE'
  local furthest = downwards and '-inf' or '+inf'
  local asked = most
  while true do
    local found = redis.call(command, index, score, furthest, 'WITHSCORES', 'LIMIT', 0, asked)
    local ids, lastScore = {}, ''
    for i = 1, #found, 2 do
      local isAfter = id == '' or found[i + 1] ~= score
      if not isAfter and downwards then isAfter = found[i] < id end
      if not isAfter and not downwards then isAfter = found[i] > id end
      if isAfter then
        table.insert(ids, found[i])
        lastScore = found[i + 1]
      end
    end
    if #found < 2 * asked then return ids, '', '' end
    if #ids > 0 then return ids, lastScore, ids[#ids] end
    asked = 2 * asked
  end
end

local function sweep(most)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', expiries, '-inf', whole(now - grace), 'LIMIT', 0, most)) do
    local text = redis.call('HGET', records, id)
    if text then
      remove(id, cjson.decode(text))
    else
      redis.call('HDEL', activity, id)
      redis.call('ZREM', expiries, id)
    end
  end
  local old = redis.call('ZRANGEBYSCORE', deniedUntil, '-inf', whole(now - grace), 'LIMIT', 0, most)
  if #old > 0 then
    redis.call('ZREM', deniedUntil, unpack(old))
    redis.call('ZREM', deniedOrder, unpack(old))
  end
end
`;

/** Refuses who has not told this data what it remembers: it may have been lost since. ARGV[2] is the caller's epoch. */
const onlyInEpoch = `
if redis.call('HGET', state, 'epoch') ~= ARGV[2] then return redis.error_reply('LOST the data was replaced') end
`;

const script = (body: string): Script => new Script(prelude + body);
const guarded = (body: string): Script => new Script(prelude + onlyInEpoch + body);

/** Whether a script refused because the data is not what the caller knows. */
export const isLost = (error: unknown): boolean => error instanceof Error && error.message.startsWith('LOST');

/** Names the data when nothing does yet. [new name] -> [name, its age in milliseconds] */
export const enter = script(`
local time = redis.call('TIME')
local ms = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if redis.call('HSETNX', state, 'epoch', ARGV[2]) == 1 then redis.call('HSET', state, 'since', whole(ms)) end
redis.call('PEXPIRE', state, ${stateMs})
local found = redis.call('HMGET', state, 'epoch', 'since')
return { found[1], whole(math.max(0, ms - tonumber(found[2]))) }
`);

/**
 * Nobody counts as idle only because Redis was away: not before the time of idling since has passed.
 * [session, record, perAccount, policy, idleAfterMs, back since] -> [started, id, expiry, ...] | [refused, active] | [again]
 */
export const start = guarded(`
local id, text = ARGV[3], ARGV[4]
local most, policy, idleAfter, backAt = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
sweep(10)
if redis.call('HEXISTS', activity, id) == 1 or redis.call('ZSCORE', deniedUntil, id) then return { 'again' } end
local record = cjson.decode(text)
local result = { 'started' }
if most > 0 then
  local account = P .. 'account:' .. record[1]
  local ids = redis.call('ZRANGE', account, 0, -1)
  local texts, seen = fields(records, ids), fields(activity, ids)
  local idle, active = {}, {}
  for i, other in ipairs(ids) do
    local known = texts[i] and seen[i] and cjson.decode(texts[i])
    if not known then
      redis.call('ZREM', account, other)
    elseif known[5] <= now then
      remove(other, known)
    else
      local one = { id = other, record = known, seen = seenAndBytes(seen[i]) }
      table.insert(math.max(one.seen, backAt) + idleAfter <= now and idle or active, one)
    end
  end
  if #active >= most and policy == 'refuse' then return { 'refused', #active } end
  table.sort(idle, function(a, b)
    if a.seen ~= b.seen then return a.seen < b.seen end
    if a.record[4] ~= b.record[4] then return a.record[4] < b.record[4] end
    return a.id < b.id
  end)
  -- The active ones are in the order of the index, oldest first.
  for _, one in ipairs(active) do table.insert(idle, one) end
  local ended = {}
  for i = 1, #idle + 1 - most do
    remove(idle[i].id, idle[i].record)
    for _, each in ipairs({ idle[i].id, whole(idle[i].record[5]) }) do
      table.insert(ended, each)
      table.insert(result, each)
    end
  end
  deny(ended)
end
add(id, text, record[4], 0)
return result
`);

/** [session] -> [record, activity] | [] */
export const get = guarded(`
local text, seen = redis.call('HGET', records, ARGV[3]), redis.call('HGET', activity, ARGV[3])
if text and seen then return { text, seen } end
return {}
`);

/**
 * A page of an index, newest first. [index, cursor's score, cursor's session, at most] -> [next cursor's score and
 * session, both empty at the end, id, record, activity, ...]
 */
export const list = guarded(`
local index = P .. ARGV[3]
local ids, score, last = page(index, 'ZREVRANGEBYSCORE', ARGV[4], ARGV[5], tonumber(ARGV[6]))
local texts, seen = fields(records, ids), fields(activity, ids)
local result = { score, last }
for i, id in ipairs(ids) do
  if texts[i] and seen[i] then
    for _, each in ipairs({ id, texts[i], seen[i] }) do table.insert(result, each) end
  else
    redis.call('ZREM', index, id)
  end
end
return result
`);

/** [session] -> [id, expiry] | [] */
export const end = guarded(`
local text = redis.call('HGET', records, ARGV[3])
if not text then return {} end
local record = cjson.decode(text)
if record[5] <= now then return {} end
local ended = { ARGV[3], whole(record[5]) }
remove(ARGV[3], record)
deny(ended)
return ended
`);

/**
 * Ends what fits of a page of an index, oldest first. [index, cursor's score, cursor's session, at most, account,
 * asset, version, started until], empty for any -> [next cursor's score and session, both empty at the end, id,
 * expiry, ...]
 */
export const endSome = guarded(`
local index = P .. ARGV[3]
local ids, score, last = page(index, 'ZRANGEBYSCORE', ARGV[4], ARGV[5], tonumber(ARGV[6]))
local wanted, startedUntil = { ARGV[7], ARGV[8], ARGV[9] }, tonumber(ARGV[10])
local texts = fields(records, ids)
local ended, result = {}, { score, last }
for i, id in ipairs(ids) do
  local record = texts[i] and cjson.decode(texts[i])
  if not record then
    redis.call('ZREM', index, id)
  else
    local fits = record[5] > now and (not startedUntil or record[4] <= startedUntil)
    for n = 1, 3 do fits = fits and (wanted[n] == '' or wanted[n] == record[n]) end
    if fits then
      remove(id, record)
      for _, each in ipairs({ id, whole(record[5]) }) do
        table.insert(ended, each)
        table.insert(result, each)
      end
    end
  end
end
deny(ended)
return result
`);

/**
 * Adds up what was served: three commands for a thousand sessions. [id, last seen, bytes, ...], without an epoch ->
 * the ids that are not live
 */
export const touch = script(`
local ids = {}
for i = 2, #ARGV, 3 do table.insert(ids, ARGV[i]) end
local known = fields(activity, ids)
local changed, missing = {}, {}
for i, id in ipairs(ids) do
  if known[i] then
    local seen, bytes = seenAndBytes(known[i])
    table.insert(changed, id)
    table.insert(changed, whole(math.max(seen, tonumber(ARGV[3 * i]))) .. ' ' .. whole(bytes + tonumber(ARGV[3 * i + 1])))
  else
    table.insert(missing, id)
  end
end
for from = 1, #changed, 2000 do
  redis.call('HSET', activity, unpack(changed, from, math.min(from + 1999, #changed)))
end
return missing
`);

/** Adds sessions that were lost, or never got there. [id, record, last seen, bytes, ...] -> how many */
export const restore = guarded(`
local restored = 0
for i = 3, #ARGV, 4 do
  if redis.call('HEXISTS', activity, ARGV[i]) == 0 and not redis.call('ZSCORE', deniedUntil, ARGV[i]) then
    add(ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3]))
    restored = restored + 1
  end
end
return restored
`);

/** Denies what a process remembers as denied; what is live of it ends. [id, expiry, ...] */
export const pushDenials = guarded(`
local missing = {}
for i = 3, #ARGV, 2 do
  local text = redis.call('HGET', records, ARGV[i])
  if text then remove(ARGV[i], cjson.decode(text)) end
  if text or not redis.call('ZSCORE', deniedUntil, ARGV[i]) then
    table.insert(missing, ARGV[i])
    table.insert(missing, ARGV[i + 1])
  end
end
deny(missing)
return #missing / 2
`);

/** Denials after a number, and some sweeping. [after, at most] -> [last number, how many, id, expiry, ...] */
export const readDenials = guarded(`
sweep(1000)
redis.call('PEXPIRE', state, ${stateMs})
local found = redis.call('ZRANGEBYSCORE', deniedOrder, '(' .. ARGV[3], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[4])
local ids = {}
for i = 1, #found, 2 do table.insert(ids, found[i]) end
if #ids == 0 then return { ARGV[3], 0 } end
local untils = redis.call('ZMSCORE', deniedUntil, unpack(ids))
local result = { found[#found], #ids }
for i, id in ipairs(ids) do
  table.insert(result, id)
  table.insert(result, untils[i] or '0')
end
return result
`);
