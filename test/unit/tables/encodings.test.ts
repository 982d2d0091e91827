import { describe, expect, test } from "vitest";
import { encodeUtf32 } from "../../support/encode-utf32.ts";
import { encodeLegacy } from "../../support/encode-legacy.ts";
import { convertAll } from "./build-one.ts";

/** Names as they stand in tables of their countries, each with the encoding that such files have. */
const languages: [encoding: string, names: string][] = [
  ["shift_jis", "東京都 大阪府 北海道 カナダ フランス さいたま市 京都府 神奈川県 ブラジル"],
  ["euc-jp", "東京都 大阪府 北海道 カナダ フランス さいたま市 京都府 神奈川県 ブラジル"],
  ["gb18030", "北京市 上海市 广东省 江苏省 四川省 人民币 有限公司 联系电话 备注 数量"],
  ["big5", "臺北市 高雄市 桃園市 臺中市 聯絡電話 有限公司 數量 備註 縣市 人口數"],
  ["euc-kr", "서울특별시 부산광역시 경기도 제주도 대한민국 인구 전화번호 주소 합계"],
  ["windows-1251", "Москва Санкт-Петербург Новосибирск Екатеринбург Казань Область Население"],
  ["koi8-r", "Москва Санкт-Петербург Новосибирск Екатеринбург Казань Область Население"],
  ["x-mac-cyrillic", "Москва Санкт-Петербург Новосибирск Екатеринбург Казань Область Население"],
  ["ibm866", "Москва Санкт-Петербург Новосибирск Екатеринбург Казань Область Население"],
  ["iso-8859-5", "Москва Санкт-Петербург Новосибирск Екатеринбург Казань Область Население"],
  ["windows-1250", "Łódź Kraków Gdańsk Wrocław Poznań Częstochowa Świętokrzyskie Małopolskie Żywność"],
  ["iso-8859-2", "Łódź Kraków Gdańsk Wrocław Poznań Częstochowa Świętokrzyskie Małopolskie Żywność"],
  ["windows-1250", "Plzeň Příbram Děčín Ústí Českobudějovický Středočeský Žďár Třebíč Královéhradecký"],
  ["windows-1253", "Αθήνα Θεσσαλονίκη Πάτρα Ηράκλειο Λάρισα Πληθυσμός Περιφέρεια Ελλάδα"],
  ["windows-1254", "İstanbul Diyarbakır Eskişehir Şanlıurfa Muğla Ağrı Kırşehir Çağrı Gümüşhane Iğdır"],
  ["windows-1255", "ירושלים תל־אביב חיפה באר־שבע אוכלוסייה מחוז הצפון ישראל"],
  ["windows-1256", "القاهرة الإسكندرية الرياض بغداد السكان المدينة الدولة المملكة"],
  ["windows-874", "กรุงเทพมหานคร เชียงใหม่ ภูเก็ต ขอนแก่น ประชากร จังหวัด ประเทศไทย"],
  ["macintosh", "Málaga Córdoba Cádiz Almería León Ávila Cáceres Jaén Leganés Móstoles Alcorcón"],
  ["windows-1252", "Málaga Córdoba Cádiz Almería León Ávila Cáceres Jaén Leganés Móstoles Alcorcón"],
  ["windows-1252", "Møre Trøndelag Østfold Sørlandet Ålesund Tromsø Bodø Ærø Århus Rødovre Køge"],
  ["windows-1252", "Düsseldorf Köln München Nürnberg Lübeck Saarbrücken Straße Größe Österreich"],
  ["windows-1252", "Orléans Besançon Nîmes Saint-Étienne Évry Créteil Région Hérault Drôme Corrèze"],
  ["windows-1252", "25°C 5µm £10.50 €5 m² ±0.5 “quoted” it’s"],
];

/** Most of a table is in English and digits all the same. */
function toTable(names: string): string {
  const rows = names.split(" ").map((name, index) => `${index + 1},${name},"plain words",${index * 17}.50\n`);
  return `id,name,note,amount\n${rows.join("")}`;
}

const files = languages.map(([encoding, names], index) => {
  const table = toTable(names);
  return { name: `${index}.csv`, encoding, names, bytes: encodeLegacy(table, encoding) };
});
const outcomes = await convertAll(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])));

describe("encodings of old text", () => {
  test.each(files)("$encoding: $names", ({ name, encoding, names }) => {
    const one = outcomes.get(name);
    expect(one?.rows.map((row) => row[1])).toEqual(names.split(" "));
    expect(one?.report).toMatchObject({ status: "converted", encoding });
    expect(one?.report.encoding_evidence).toMatch(/^not UTF-8/);
  });
});

describe("encodings that are not certain", () => {
  const polish = (names: string) => encodeLegacy(toTable(names), "windows-1250");

  test("are named with their rivals, so that the reader of the report can decide", async () => {
    const [one] = (await convertAll({ "a.csv": polish("plain words only Čakovec here") })).values();
    expect(one?.report.warnings.join()).toMatch(/^Read as windows-125\d, but it may be .*: give its encoding/);
  });

  test("leave what cannot be decoded visible, and counted", async () => {
    const bytes = encodeLegacy(
      toTable("東京都 大阪府 北海道 カナダ フランス さいたま市 ".repeat(30).trim()),
      "shift_jis",
    );
    const at = bytes.indexOf(encodeLegacy("東京都", "shift_jis"));
    const [one] = (
      await convertAll({ "a.csv": Buffer.concat([bytes.subarray(0, at), Buffer.from([0xfd]), bytes.subarray(at)]) })
    ).values();
    expect(one?.rows[0]?.[1]).toBe("\ufffd東京都");
    expect(one?.report.warnings).toContain("1 character could not be read as shift_jis and became U+FFFD");
  });

  test("are both named where lines differ", async () => {
    const two = Buffer.concat([Buffer.from("a,b\n1,Łódź\n"), encodeLegacy("2,Gdańsk\n3,Żywność\n", "windows-1250")]);
    const [one] = (await convertAll({ "a.csv": two })).values();
    expect(one?.report).toMatchObject({ encoding: "mixed" });
    expect(one?.report.warnings[0]).toMatch(/^Some lines are UTF-8 and others windows-125/);
  });
});

describe("UTF-16 without a byte order mark", () => {
  const text = (names: string) => toTable(names).replaceAll("\n", "\r\n");
  const wide = languages.filter(([encoding]) =>
    ["shift_jis", "gb18030", "windows-1251", "windows-1252"].includes(encoding),
  );

  test("is found in every script", async () => {
    const cases = wide.flatMap(([, names]) => {
      const little = Buffer.from(text(names), "utf16le");
      return [
        { names, encoding: "utf-16le", bytes: little },
        { names, encoding: "utf-16be", bytes: Buffer.from(little).swap16() },
      ];
    });
    const found = await convertAll(Object.fromEntries(cases.map(({ bytes }, index) => [`${index}.csv`, bytes])));
    for (const [index, { names, encoding }] of cases.entries()) {
      const one = found.get(`${index}.csv`);
      expect(one?.report, names).toMatchObject({ encoding });
      expect(one?.rows.map((row) => row[1])).toEqual(names.split(" "));
    }
  });
});

describe("UTF-32", () => {
  const emoji = "😀,東京,\u{10ffff},plain";
  const table = `id,names\n1,"${emoji}"\n2,x\n`;

  test.each(["utf-32le", "utf-32be"] as const)("%s is read, with a mark and without", async (encoding) => {
    const found = await convertAll({
      "marked.csv": encodeUtf32(`\ufeff${table}`, encoding),
      "unmarked.csv": encodeUtf32(table, encoding),
      "unnamed.txt": encodeUtf32(`\ufeff${toTable("x y z w v")}`, encoding),
      "rows.json": encodeUtf32('[{"id":1,"names":"😀"}]', encoding),
    });
    for (const one of found.values()) expect(one.report).toMatchObject({ status: "converted", encoding, warnings: [] });
    for (const name of ["marked.csv", "unmarked.csv"])
      expect(found.get(name)?.rows.map((row) => row[1])).toEqual([emoji, "x"]);
    expect(found.get("rows.json")?.rows).toEqual([["1", "😀"]]);
  });

  test("that is cut off or holds what is no character loses nothing in silence", async () => {
    const good = encodeUtf32(`\ufeff${table}`, "utf-32le");
    const half = Buffer.concat([good, Buffer.of(0, 0xd8, 0, 0)]);
    const beyond = Buffer.concat([good, Buffer.of(0, 0, 0x11, 0)]);
    const found = await convertAll({ "cut.csv": good.subarray(0, -1), "half.csv": half, "beyond.csv": beyond });
    for (const one of found.values())
      expect(one.report.warnings).toContain("1 character could not be read as utf-32le and became U+FFFD");
  });
});
