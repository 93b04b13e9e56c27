import { RedisConnection } from 'bullmq';
import type { Redis } from 'ioredis';

/**
 * What BullMQ lacks: turns of groups, and a failure that is being announced. Everything else is its own scripts.
 * The id of a job ends in its group. Times are milliseconds since the epoch.
 */
const scripts = {
  /** KEYS: names, turns. ARGV: name, group. So that those who look for work know of the lane. */
  'dramabox:know-lane': {
    numberOfKeys: 2,
    lua: `
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[2], 'NX', 0, ARGV[2])
return 1`,
  },
  /**
   * KEYS: turns, wait, active. ARGV: prefix, now, and the groups that get nothing.
   * Gives the turn to the group with the fewest jobs in hand, among those the one whose last turn was longest ago.
   * Returns {1, group}; or {0, when a job will be due or -1}.
   */
  'dramabox:take-turn': {
    numberOfKeys: 3,
    lua: `
local prefix, now = ARGV[1], tonumber(ARGV[2])
local function groupOf(id) return string.match(id, '%.(.*)$') or '' end
local function lane(group, set) return prefix .. 'lane:' .. group .. ':' .. set end

-- BullMQ puts jobs of dead workers here, whatever their priority. They go to the head of it, in their lane.
while true do
  local id = redis.call('RPOP', KEYS[2])
  if not id then break end
  local priority = tonumber(redis.call('HGET', prefix .. id, 'priority'))
  if priority then
    local group = groupOf(id)
    redis.call('ZADD', lane(group, 'prioritized'), priority * 0x100000000, id)
    redis.call('ZADD', KEYS[1], 'NX', 0, group)
  end
end

local isFull, inHand = {}, {}
for i = 3, #ARGV do isFull[ARGV[i]] = true end
for _, id in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  local group = groupOf(id)
  inHand[group] = (inHand[group] or 0) + 1
end

local best, dueAt
for _, group in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if not isFull[group] and (not best or (inHand[group] or 0) < (inHand[best] or 0)) then
    local isDue = redis.call('ZCARD', lane(group, 'prioritized')) > 0
    if not isDue then
      local first = redis.call('ZRANGE', lane(group, 'delayed'), 0, 0, 'WITHSCORES')
      -- BullMQ orders jobs of the same millisecond by the lower 12 bits.
      local at = first[2] and math.floor(tonumber(first[2]) / 0x1000)
      isDue = at and at <= now
      if at and (not dueAt or at < dueAt) then dueAt = at end
    end
    if isDue then
      best = group
      if not inHand[group] then break end
    end
  end
end
if not best then return {0, dueAt or -1} end
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('ZADD', KEYS[1], tonumber(last[2]) + 1, best)
return {1, best}`,
  },
  /** KEYS: turns, wait, active. ARGV: prefix. Drops the lanes in which nothing waits and of which nothing runs. */
  'dramabox:forget-lanes': {
    numberOfKeys: 3,
    lua: `
local isNeeded = {}
for _, list in ipairs({KEYS[2], KEYS[3]}) do
  for _, id in ipairs(redis.call('LRANGE', list, 0, -1)) do
    isNeeded[string.match(id, '%.(.*)$') or ''] = true
  end
end
for _, group in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local lane = ARGV[1] .. 'lane:' .. group .. ':'
  if not isNeeded[group] and redis.call('EXISTS', lane .. 'prioritized', lane .. 'delayed') == 0 then
    redis.call('ZREM', KEYS[1], group)
    redis.call('DEL', lane .. 'pc')
  end
end
return 1`,
  },
  /** KEYS: turns, wait, active, failed. ARGV: prefix. Returns how many jobs wait, are in hand, and failed. */
  'dramabox:count': {
    numberOfKeys: 4,
    lua: `
local waiting = redis.call('LLEN', KEYS[2])
for _, group in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local lane = ARGV[1] .. 'lane:' .. group .. ':'
  waiting = waiting + redis.call('ZCARD', lane .. 'prioritized') + redis.call('ZCARD', lane .. 'delayed')
end
return {waiting, redis.call('LLEN', KEYS[3]), redis.call('ZCARD', KEYS[4])}`,
  },
  /**
   * KEYS: job, its lock. ARGV: token, message. Marks a job that is held as failed, in the field with which BullMQ
   * itself has the next worker fail a job. Returns whether it was held.
   */
  'dramabox:exhaust': {
    numberOfKeys: 2,
    lua: `
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'defa', ARGV[2])
return 1`,
  },
} as const;

export type ScriptName = keyof typeof scripts;

/**
 * BullMQ's view of a connection that is open, with our scripts known to it. What fails while Redis is away fails at
 * once, if the connection does.
 */
export function bullmqConnection(commands: Redis): RedisConnection {
  const connection = new RedisConnection(commands, {
    shared: true,
    blocking: false,
    // Its opener has looked which Redis it is.
    skipVersionCheck: true,
    skipWaitingForReady: true,
  });
  // Its opener says it.
  connection.on('error', () => undefined);
  void connection.client.then((client) => {
    for (const [name, script] of Object.entries(scripts)) client.defineCommand(name, script);
  });
  return connection;
}
