// SPDX-License-Identifier: BSD-2-Clause
// Mocha's own report, closed by one line that a machine can read: "N passed, N failed".
const { reporters } = require('mocha')

module.exports = class extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options)
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats
      console.log(`\n${passes} passed, ${failures} failed${pending ? `, ${pending} skipped` : ''}`)
    })
  }
}
