/** Three questions that no single file can answer. */
export const questions = [
  {
    title: "Which regions depart most, and how far are they from their target?",
    sql: `SELECT r.region, sum(f.count)::BIGINT AS departures, count(DISTINCT f.origin) AS airports,
       round(100.0 * sum(f.count) / any_value(t.flights_2026), 1) AS percent_of_target
FROM flights_airport f
JOIN airports a ON a.iata = f.origin
JOIN flight_plan_regions r ON r.code = a.state
JOIN flight_plan_targets t ON t.region = r.region
GROUP BY r.region ORDER BY departures DESC`,
  },
  {
    title: "Where do birds cost most per 100,000 departures?",
    sql: `WITH departures AS (
  SELECT r.state, sum(f.count)::BIGINT AS flights
  FROM flights_airport f JOIN airports a ON a.iata = f.origin JOIN flight_plan_regions r ON r.code = a.state
  GROUP BY r.state
), strikes AS (
  SELECT "Origin State" AS state, count(*) AS strikes, sum("Cost Total $")::BIGINT AS cost
  FROM birdstrikes GROUP BY 1
)
SELECT d.state, d.flights, s.strikes, s.cost, round(s.cost * 100000.0 / d.flights) AS cost_per_100k
FROM departures d JOIN strikes s USING (state)
WHERE d.flights > 50000 ORDER BY cost_per_100k DESC LIMIT 8`,
  },
  {
    title: "How many people and hurricanes does each region have, and what seats could it sell?",
    sql: `SELECT r.region, sum(p.population)::BIGINT AS people, sum(p.hurricanes)::BIGINT AS hurricanes,
       round(any_value(t.flights_2026) * (SELECT value FROM flight_plan_parameters WHERE parameter = 'seats_per_flight')
             * (SELECT value FROM flight_plan_parameters WHERE parameter = 'load_factor')) AS seats_sold
FROM population_engineers_hurricanes p
JOIN flight_plan_regions r ON r.state = p.state
JOIN flight_plan_targets t ON t.region = r.region
GROUP BY r.region ORDER BY people DESC`,
  },
] as const;
