// SPDX-License-Identifier: BSD-2-Clause
// Makes dist/mallee.cjs.v8cache for the Node that runs this. V8 compiles a function when it is first called and keeps in the
// cache what has been compiled by then, so a few tools are run first, on a cloud that is thrown away.
'use strict'
const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { PassThrough, Readable } = require('node:stream')
const { compile, evaluate } = require('../bin/run.js')

const root = join(__dirname, '..')
const bundle = join(root, 'dist/mallee.cjs')

const warmUps = [
  ['euca-version'],
  ['euca-describe-images', '--no-such-option'],
  ['euca-describe-images'],
  ['euca-describe-instances'],
]

const main = async () => {
  const script = compile(readFileSync(bundle, 'latin1'))
  const { execute } = evaluate(script)
  const home = mkdtempSync(join(tmpdir(), 'mallee-build-'))
  const stream = () => new PassThrough().resume()
  try {
    for (const argv of warmUps) {
      await execute(argv, {
        stdin: Readable.from([]),
        stdout: stream(),
        stderr: stream(),
        env: { MALLEE_HOME: join(home, 'cloud') },
        cwd: home,
        home,
        packageRoot: home,
      })
    }
    writeFileSync(`${bundle}.v8cache`, script.createCachedData())
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

main()
