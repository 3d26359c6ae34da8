// SPDX-License-Identifier: BSD-2-Clause
// Runs the whole test suite as two mochas side by side, which two cores are enough for: other people's programs and killed
// processes are mostly waited for. Reports come one after the other, whole, and one line sums them up.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

// What starts programs is on one side. What listens at addresses that a seed decides is on the other, all of it.
const outside = ['test/foreign/**/*.test.ts', 'test/faults/**/*.test.ts', 'test/demo.test.ts']

const sides = [outside, ['test/**/*.test.ts', ...outside.flatMap(files => ['--ignore', files])]]

/** A side's exit status, and its report. */
const run = words =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [mocha, ...words, ...process.argv.slice(2)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const chunks = []
    child.stdout.on('data', chunk => chunks.push(chunk))
    child.stderr.on('data', chunk => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (status, signal) =>
      resolve({ status, signal, report: Buffer.concat(chunks).toString('utf8') }),
    )
    for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => child.kill(name))
  })

const ended = await Promise.all(sides.map(run))
let [passed, failed, skipped] = [0, 0, 0]
for (const { status, signal, report } of ended) {
  const text = report.trimEnd()
  const [line, good, bad, left = '0'] = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(text) ?? []
  console.log(line === undefined ? text : text.slice(0, -line.length).trimEnd())
  if (line === undefined) console.log(`\nThe tests ended without a report (${signal ?? `status ${status}`})`)
  passed += Number(good ?? 0)
  failed += Number(bad ?? 1) || Number(status !== 0)
  skipped += Number(left)
}
console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
process.exitCode = failed === 0 ? 0 : 1
