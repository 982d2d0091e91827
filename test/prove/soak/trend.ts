/** The straight line that is nearest to the points by least squares; y per step of x. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [centreX, centreY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const together = points.reduce((sum, [x, y]) => sum + (x - centreX) * (y - centreY), 0);
  const alone = points.reduce((sum, [x]) => sum + (x - centreX) ** 2, 0);
  return alone === 0 ? 0 : together / alone;
}
