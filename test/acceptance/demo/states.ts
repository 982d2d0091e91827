/** The states and regions of the United States, as the Census Bureau groups them: state, postal code, region. */
const regions: Record<string, string> = {
  Northeast:
    "Connecticut CT, Maine ME, Massachusetts MA, New Hampshire NH, Rhode Island RI, Vermont VT, New Jersey NJ, New York NY, Pennsylvania PA",
  Midwest:
    "Illinois IL, Indiana IN, Michigan MI, Ohio OH, Wisconsin WI, Iowa IA, Kansas KS, Minnesota MN, Missouri MO, Nebraska NE, North Dakota ND, South Dakota SD",
  South:
    "Delaware DE, Florida FL, Georgia GA, Maryland MD, North Carolina NC, South Carolina SC, Virginia VA, West Virginia WV, Alabama AL, Kentucky KY, Mississippi MS, Tennessee TN, Arkansas AR, Louisiana LA, Oklahoma OK, Texas TX",
  West: "Arizona AZ, Colorado CO, Idaho ID, Montana MT, Nevada NV, New Mexico NM, Utah UT, Wyoming WY, Alaska AK, California CA, Hawaii HI, Oregon OR, Washington WA",
};

export const states = Object.entries(regions).flatMap(([region, list]) =>
  list.split(", ").map((entry) => ({ state: entry.slice(0, -3), code: entry.slice(-2), region })),
);
