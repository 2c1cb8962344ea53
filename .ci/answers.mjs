// Writes down what a server answers, so that a change of the code that should change no answer can be shown to change none:
//   JIANFU_PASSWORD=… node .ci/answers.mjs URL FOLDER MOST ACCOUNT…
// is run on the program before and after, on the same store, each into a folder of its own, and then
//   diff -r BEFORE AFTER
// Somebody who is signed in follows the links of every page and takes away what it offers, MOST answers each; of addresses that
// differ by nothing but what they are about, the first few. After the pages come the operations of the JSON interface, each
// with the parameters of the pages. What differs by chance, such as the proof in a form, is left out.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";

const [root, folder, most, ...accounts] = process.argv.slice(2);
const ALIKE = 3; // addresses of one kind

// What tells of the moment or of the session and not of the store.
const chance = [
  [/^\uFEFF?"?(内部资料|生成时间|Internal|Made at)"?,.*$/gm, "$1"],
  [/name="csrf_token" value="[^"]*"/g, 'name="csrf_token"'],
  [/name="here_proof" value="[^"]*"/g, 'name="here_proof"'],
  [/<time [^>]*data-age="[^"]*">[^<]*/g, "<time>"],
  [/"request":"[0-9a-f]{12}"/g, '"request":""'],
  [/<code>[0-9a-f]{12}<\/code>/g, "<code></code>"],
  [/(<text x="10" y="112">)[^<]*/g, "$1"],
];
// Pages whose contents the crawl itself moves, addresses that sign out or away, forms that write, and workbooks, which hold the
// moment of their making; the same tables are taken away as CSV.
const leftAlone = /^\/(assets|login|logout|account|admin|view-as|metrics|readyz|healthz|views)\b|\.xlsx/;

class Person {
  cookies = new Map();

  async ask(path, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(root + path, { redirect: "manual", ...options, headers: { ...options.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      this.cookies.set(name, value);
    }
    return { status: answer.status, type: answer.headers.get("content-type") ?? "", to: answer.headers.get("location") ?? "", body: Buffer.from(await answer.arrayBuffer()) };
  }

  // send sends a form with the proof of the page that was asked for last.
  send(path, fields) {
    const body = new URLSearchParams({ csrf_token: this.proof, ...fields }).toString();
    return this.ask(path, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } });
  }

  async signIn(account) {
    this.learn(await this.ask("/login"));
    const { status } = await this.send("/login", { username: account, password: process.env.JIANFU_PASSWORD });
    if (status !== 303) throw new Error(`${account} could not sign in: ${status}`);
  }

  learn({ body }) {
    this.proof = body.toString().match(/name="csrf_token" value="([^"]+)"/)?.[1] ?? this.proof;
  }
}

// kindOf is an address without what it is about: codes, numbers and the values of parameters.
function kindOf(path) {
  const { pathname, searchParams } = new URL(path, root);
  const values = ["format", "by", "tab", "lang", "kind"].map((name) => searchParams.get(name) ?? "");
  return pathname.replace(/[0-9A-Z]{2,}(-[0-9A-Za-z]+)*|\d/g, "#") + "?" + [...new Set(searchParams.keys())].sort().join("&") + values.join(",");
}

async function writeDown(account) {
  const person = new Person();
  await person.signIn(account);
  const into = `${folder}/${account}`;
  mkdirSync(into, { recursive: true });
  const waiting = ["/", "/api/v1/openapi.json"], known = new Set(waiting), kinds = new Map(), listed = [];
  const follow = (path) => {
    const kind = kindOf(path), alike = kinds.get(kind) ?? 0;
    if (known.has(path) || leftAlone.test(path) || /[?&]theme=/.test(path) || alike >= ALIKE) return;
    known.add(path);
    kinds.set(kind, alike + 1);
    waiting.push(path);
  };
  for (let path; listed.length < Number(most) && (path = waiting.shift()); ) {
    const { status, type, to, body } = path.startsWith("/download/") ? await person.send(path, { reason: "核对计算结果" }) : await person.ask(path);
    let text = body;
    if (/html|json|csv|text|svg/.test(type)) {
      text = body.toString();
      for (const [pattern, instead] of chance) text = text.replace(pattern, instead);
    }
    const name = createHash("sha256").update(path).digest("hex").slice(0, 12);
    writeFileSync(`${into}/${name}`, text);
    listed.push(`${name} ${status} ${type} ${path} ${to}`.trim());
    if (to.startsWith("/")) follow(to);
    if (type.includes("html")) {
      person.learn({ body });
      for (const [, link] of body.toString().matchAll(/(?:href|action)="(\/[^"#]*)/g)) follow(link.replaceAll("&amp;", "&").replaceAll("&#43;", "+"));
      const page = new URL(path, root);
      follow("/api/v1" + (page.pathname === "/" ? "/overview" : page.pathname) + page.search);
    }
  }
  writeFileSync(`${into}/addresses`, listed.join("\n") + "\n");
  console.log(`${account}: ${listed.length} answers`);
}

for (const account of accounts) await writeDown(account);
