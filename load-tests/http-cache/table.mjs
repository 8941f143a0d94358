// Writes the page of the suite's results: node table.mjs RESULTS DEVIATIONS
import fs from 'fs'
import suites from './tests/index.mjs'

const results = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const reasons = fs.readFileSync(process.argv[3], 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split(/\s+\|\s+/)).map(([pattern, reason]) => [new RegExp(`^(${pattern})$`), reason])
const kinds = ['required', 'optimal', 'check']
const byId = Object.fromEntries(suites.flatMap((suite) => suite.tests.map((test) => [test.id, test])))
const passes = (id) => results[id] === true && (byId[id].depends_on ?? []).every((other) => passes(other))
const applies = (test) => (test.depends_on ?? []).every((other) => passes(other))
const counts = (tests, kind) => {
  const of = tests.filter((test) => (test.kind ?? 'required') === kind)
  return of.length === 0 ? '' : `${of.filter((test) => passes(test.id)).length} of ${of.length}`
}
const shown = suites.map((suite) => ({ name: suite.name, tests: suite.tests.filter((test) => !test.browser_only) }))
const all = shown.flatMap((suite) => suite.tests)

const lines = ['# The gateway\'s cache in the community\'s suite', '',
  'What [http-cache-tests](https://cache-tests.fyi/) 0.4.5 says of [the gateway\'s cache](gateway.md#caching), as `load-tests/http-cache/run`',
  'found it. *Required*: the standard asks for it. *Optimal*: a cache may do more than it does. *Check*: what it does, neither',
  'good nor bad.', '', '| suite | required | optimal | check |', '|---|---|---|---|']
for (const { name, tests } of shown.filter((suite) => suite.tests.length > 0)) {
  lines.push(`| ${name} | ${kinds.map((kind) => counts(tests, kind)).join(' | ')} |`)
}
lines.push(`| **all** | ${kinds.map((kind) => counts(all, kind)).join(' | ')} |`, '', '## Deviations', '',
  'What is required or optimal and did not pass. Tests that build on another one that did not pass say nothing.', '',
  '| test | kind | why |', '|---|---|---|')
let unexplained = 0
for (const test of all.filter((one) => one.kind !== 'check' && !passes(one.id))) {
  const reason = reasons.find(([pattern]) => pattern.test(test.id))?.[1] ?? (applies(test) ? undefined : 'builds on another one')
  if (reason === undefined) {
    unexplained++
    console.error(`http-cache: ${test.id} is not explained: ${JSON.stringify(results[test.id])}`)
  }
  lines.push(`| \`${test.id}\` | ${test.kind ?? 'required'} | ${reason ?? 'not explained'} |`)
}
console.log(lines.join('\n'))
process.exitCode = unexplained === 0 ? 0 : 1
