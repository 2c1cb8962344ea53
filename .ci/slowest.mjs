#!/usr/bin/env node
// Reads what `go test -json` writes: shows a line a package and all that failing tests said, and in the end the ten slowest
// packages and tests. CI should take no more than 15 minutes on 2 quiet cores; this is where its time goes.
// Source of the format: `go doc test2json`.
import { createInterface } from 'node:readline';

const packages = [], tests = [], said = new Map();
const key = (event) => `${event.Package} ${event.Test ?? ''}`;
const show = (event) => process.stdout.write((said.get(key(event)) ?? []).join(''));

for await (const line of createInterface({ input: process.stdin })) {
  let event;
  try { event = JSON.parse(line); } catch { console.log(line); continue; }
  switch (event.Action) {
    case 'output':
    case 'build-output': {
      if (!event.Package) { process.stdout.write(event.Output); break; }
      const lines = said.get(key(event)) ?? [];
      said.set(key(event), lines);
      lines.push(event.Output);
      break;
    }
    case 'pass':
    case 'skip':
    case 'fail':
      if (event.Test) {
        tests.push(event);
        if (event.Action === 'fail') show(event);
      } else {
        packages.push(event);
        if (event.Action === 'fail') show(event);
        else console.log(`${event.Action === 'pass' ? 'ok  ' : '?   '} ${event.Package} ${event.Elapsed}s`);
      }
      said.delete(key(event));
  }
}

const slowest = (title, events, name) => {
  console.log(title);
  for (const event of events.sort((a, b) => b.Elapsed - a.Elapsed).slice(0, 10)) console.log(`${event.Elapsed.toFixed(1).padStart(8)}s  ${name(event)}`);
};
const short = (event) => event.Package.replace(/^[^/]*\//, '');
slowest('最慢的包 · the slowest packages', packages, short);
// Parts of a test count in it, but for those that run beside each other after it.
const took = new Map(tests.map((event) => [key(event), event.Elapsed]));
const counted = ({ Package, Test, Elapsed }) => !Test.includes('/') || took.get(`${Package} ${Test.slice(0, Test.lastIndexOf('/'))}`) < Elapsed;
slowest('最慢的测试 · the slowest tests', tests.filter(counted), (event) => `${short(event)} ${event.Test}`);
