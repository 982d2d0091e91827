import { describe, expect, test } from "vitest";
import { overlay, parseRetentionDocument, readRetentionRules } from "../../../shared/sessions/retention-document.ts";

const defaults = readRetentionRules({});

describe("readRetentionRules()", () => {
  test("has the published defaults", () => {
    expect(defaults).toEqual({
      idleMinutes: { default: 60, web: 1440 },
      maxAgeMinutes: { default: 10_080 },
      keepNewest: 10,
      maxLiveSessions: null,
      cacheHours: 48,
      userBytes: null,
    });
  });

  test("takes the environment's values", () => {
    const env = {
      SESSION_TIMEOUT_HOURS: "2",
      SESSION_MAX_AGE_HOURS: "24",
      MAX_SESSIONS: "3",
      MAX_LIVE_SESSIONS: "5",
      CACHE_MAX_AGE_HOURS: "0.5",
      MAX_USER_SIZE_MB: "50",
    };
    expect(readRetentionRules(env)).toEqual({
      idleMinutes: { default: 60, web: 120 },
      maxAgeMinutes: { default: 1440 },
      keepNewest: 3,
      maxLiveSessions: 5,
      cacheHours: 0.5,
      userBytes: 50 * 1024 * 1024,
    });
  });

  test.each([
    ["MAX_SESSIONS", "0"],
    ["MAX_SESSIONS", "many"],
    ["SESSION_TIMEOUT_HOURS", "-1"],
    ["SESSION_MAX_AGE_HOURS", "week"],
    ["SESSION_MAX_AGE_HOURS", "8785"],
    ["MAX_LIVE_SESSIONS", "0"],
  ])("names %s when it is %j", (name, value) => expect(() => readRetentionRules({ [name]: value })).toThrow(name));
});

describe("overlay()", () => {
  test.each([
    ["{}", {}],
    ['{"idle_minutes": {"default": 30}}', { idleMinutes: { default: 30, web: 1440 } }],
    ['{"idle_minutes": {"web": 5, "my-bot": 0.5}}', { idleMinutes: { default: 60, web: 5, "my-bot": 0.5 } }],
    ['{"max_age_minutes": {"web": 527040}}', { maxAgeMinutes: { default: 10_080, web: 366 * 24 * 60 } }],
    ['{"max_age_minutes": {"telegram": 60}}', { maxAgeMinutes: { default: 10_080, telegram: 60 } }],
    [
      '{"keep_newest": 2, "max_live_sessions": 4, "cache_hours": 1}',
      { keepNewest: 2, maxLiveSessions: 4, cacheHours: 1 },
    ],
    ['{"max_live_sessions": null}', {}],
    ['{"user_bytes": 1000}', { userBytes: 1000 }],
    ['{"user_bytes": null}', {}],
  ])("lays %s over the defaults", (text, changes) => {
    expect(overlay(defaults, parseRetentionDocument(text))).toEqual({ ...defaults, ...changes });
  });

  test("lifts the environment's limit on live sessions where the document says null", () => {
    const limited = readRetentionRules({ MAX_LIVE_SESSIONS: "5" });
    expect(overlay(limited, parseRetentionDocument("{}")).maxLiveSessions).toBe(5);
    expect(overlay(limited, parseRetentionDocument('{"max_live_sessions": null}')).maxLiveSessions).toBeNull();
  });
});

describe("parseRetentionDocument()", () => {
  test.each([
    ["", "not JSON"],
    ["{", "not JSON"],
    ["[]", "expected"],
    ["null", "expected"],
    ['{"idle_minute": {}}', "idle_minute is not a known field"],
    ['{"idle_minutes": 60}', "idle_minutes"],
    ['{"idle_minutes": {"web": 0}}', "idle_minutes.web"],
    ['{"idle_minutes": {"web": "60"}}', "idle_minutes.web"],
    ['{"idle_minutes": {"Web Chat": 60}}', "idle_minutes.Web Chat"],
    ['{"max_age_minutes": {"default": 1e12}}', "max_age_minutes.default"],
    ['{"max_age_minutes": {"web": 527041}}', "max_age_minutes.web"],
    ['{"keep_newest": 0}', "keep_newest"],
    ['{"keep_newest": 1.5}', "keep_newest"],
    ['{"max_live_sessions": 0}', "max_live_sessions"],
    ['{"cache_hours": -1}', "cache_hours"],
  ])("refuses %s and names what is wrong", (text, named) => {
    expect(() => parseRetentionDocument(text)).toThrow(named);
  });

  test("names everything that is wrong at once, and takes nothing of a document that is partly right", () => {
    const text = '{"keep_newest": 5, "cache_hours": 0, "idle": 1}';
    expect(() => parseRetentionDocument(text)).toThrow(/cache_hours.*idle is not a known field/);
  });
});
