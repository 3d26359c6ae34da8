// SPDX-License-Identifier: BSD-2-Clause
// Makes the code caches of dist's bundles for the Node that runs this. V8 compiles a function when it is first called and keeps in the
// cache what has been compiled by then, so a few tools are run first, on a cloud that is thrown away.
'use strict'
const { execFileSync } = require('node:child_process')
const { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { PassThrough, Readable } = require('node:stream')
const { Script } = require('node:vm')
const { wrap } = require('node:module')
const { load } = require('../bin/run.js')

const dist = join(__dirname, '../dist')

const warmUps = [
  [0, 'euca-version'],
  [2, 'euca-describe-images', '--no-such-option'],
  [0, 'euca-describe-images'],
  [0, 'euca-describe-instances'],
  [0, 'euare-userlistbypath'],
  [0, 'eulb-describe-lbs'],
  [0, 'euscale-describe-auto-scaling-groups'],
  [0, 'euwatch-describe-alarms'],
  [0, 'euform-describe-stacks'],
  // A cloud that is not there: the way to it is used all the same.
  [1, 'euca-describe-images', '-I', 'key', '-S', 'secret', '-U', 'http://127.0.0.1:1/'],
]

const main = async () => {
  const home = mkdtempSync(join(tmpdir(), 'mallee-build-'))
  const env = { MALLEE_HOME: join(home, 'cloud') }
  const scripts = new Map()
  const compile = file => {
    scripts.set(file, new Script(wrap(readFileSync(file, 'latin1')), { filename: file }))
    return scripts.get(file)
  }
  const { execute } = load('mallee.cjs', compile)
  const stream = () => new PassThrough().resume()
  try {
    // Another process makes the cloud: what only a first start needs has no place in the cache.
    execFileSync(process.execPath, [join(__dirname, '../bin/run.js'), 'euca', 'describe-images'], { env })
    for (const [expected, ...argv] of warmUps) {
      const stderr = new PassThrough()
      const status = await execute(argv, {
        stdin: Readable.from([]),
        stdout: stream(),
        stderr,
        env,
        cwd: home,
        home,
        packageRoot: home,
      })
      if (status !== expected) throw new Error(`${argv.join(' ')} failed in the bundle: ${stderr.read()}`)
    }
    // Those too that no short tool comes to.
    for (const file of readdirSync(dist)) if (file.endsWith('.cjs')) load(file, compile)
    for (const [file, script] of scripts) writeFileSync(`${file}.v8cache`, script.createCachedData())
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

main()
