// SPDX-License-Identifier: BSD-2-Clause
// Plays the life of an image on clouds of its own, first embedded, then served, and looks whether everything is as
// docs/story.md says. What it prints is a transcript of commands that really ran. Nothing outside a temporary folder
// is touched, and that folder is removed at the end.
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stage = mkdtempSync(join(tmpdir(), 'mallee-demo-'))
const tools = join(stage, 'bin')
const waitSeconds = 60
const bucket = 'fedora20'

class Mismatch extends Error {}
const expect = (holds, what) => {
  if (!holds) throw new Mismatch(what)
}

// ---- running and showing -------------------------------------------------------------------------------------------

const children = new Set()

/** Every tool as npm would link it. */
const linkTools = () => {
  mkdirSync(tools)
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const [name, program] of Object.entries(bin)) symlinkSync(join(root, program), join(tools, name))
}

/** As a new user's: nothing of this shell's that could name a cloud, and no configuration file of any kind. */
const bareEnvironment = home => {
  const { PATH, LANG } = process.env
  return {
    PATH: `${tools}:${PATH}`,
    HOME: stage,
    TMPDIR: stage,
    EUCA_CONFIG_PATH: '',
    MALLEE_HOME: home,
    ...(LANG && { LANG }),
  }
}

const quoted = word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
const say = text => process.stdout.write(`${text}\n`)
const remark = text => say(`\n# ${text}`)
const showTyped = words => say(`$ ${words.map(quoted).join(' ')}`)

const start = (words, { env, cwd }) => {
  const [tool, ...rest] = words
  const child = existsSync(join(tools, tool))
    ? spawn(process.execPath, [join(tools, tool), ...rest], { cwd, env })
    : spawn(tool, rest, { cwd, env })
  children.add(child)
  child.once('close', () => children.delete(child))
  return child
}

/** Run a command to its end. Its output is shown as it comes unless `quietly`; any exit status is an answer. */
const perform = (words, shell, quietly = false) =>
  new Promise((resolve, reject) => {
    const child = start(words, shell)
    const texts = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', text => {
        texts[name] += text
        if (!quietly) process.stdout.write(text)
      })
    }
    child.once('error', reject)
    child.once('close', (status, signal) => resolve({ status: status ?? signal, ...texts }))
  })

/** Type a command as a person would. Resolves to what it printed, as rows of cells. */
const type = async (shell, words, { status = 0 } = {}) => {
  showTyped(words)
  const result = await perform(words, shell)
  expect(result.status === status, `${words[0]} ended with status ${result.status}, not ${status}`)
  return { ...result, rows: rowsOf(result.stdout) }
}

const rowsOf = text =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.split('\t'))

const row = (rows, kind) => rows.find(([first]) => first === kind) ?? []

/** Look again and again, as a person would, until an instance is in a state. */
const waitForInstance = async (shell, id, state) => {
  const end = Date.now() + waitSeconds * 1000
  for (;;) {
    const { stdout } = await perform(['euca-describe-instances', id], shell, true)
    if (row(rowsOf(stdout), 'INSTANCE')[5] === state) return
    expect(Date.now() < end, `${id} was not ${state} within ${waitSeconds} seconds:\n${stdout}`)
    await pause(500)
  }
}

// ---- the story -----------------------------------------------------------------------------------------------------

/** Resolves to the id of the instance, which is on its way out. `meanwhile` is what a person does while it boots. */
const runAndTerminate = async (shell, image, meanwhile = async () => {}) => {
  const { rows } = await type(shell, ['euca-run-instances', image, '-k', 'KEY', '-t', 'm1.small'])
  expect(row(rows, 'RESERVATION')[1]?.startsWith('r-'), 'a reservation was not printed')
  const [, id = '', imageId, , , state] = row(rows, 'INSTANCE')
  expect(imageId === image && state === 'pending', 'the new instance is not pending')
  await meanwhile()
  remark('A few seconds later')
  await waitForInstance(shell, id, 'running')
  const listed = await type(shell, ['euca-describe-instances'])
  expect(
    listed.rows.some(cells => cells[1] === id && cells[5] === 'running'),
    `${id} is not listed as running`,
  )
  const text = await type(shell, ['euca-get-console-output', id])
  expect(text.stdout.startsWith(`${id}\n`) && /login:/.test(text.stdout), 'no login prompt on the console')
  const ended = await type(shell, ['euca-terminate-instances', id])
  expect(
    row(ended.rows, 'INSTANCE').slice(1).join(' ') === `${id} running shutting-down`,
    `${id} did not end`,
  )
  return id
}

const deregister = async (shell, ids) => {
  for (const id of ids) {
    const { rows } = await type(shell, ['euca-deregister', id])
    expect(row(rows, 'IMAGE')[1] === id, `${id} was not deregistered`)
  }
}

const listDeregistered = async (shell, ids) => {
  const { rows } = await type(shell, ['euca-describe-images'])
  expect(
    rows.length === ids.length && rows.every(cells => cells[4] === 'deregistered'),
    'the images are not deregistered',
  )
}

const bucketNotEmpty =
  'euca-delete-bundle: error (BucketNotEmpty): The bucket you tried to delete is not empty.\n'

const deleteBundles = async (shell, prefixes) => {
  for (const [index, prefix] of prefixes.entries()) {
    const isLast = index === prefixes.length - 1
    const words = ['euca-delete-bundle', '-p', prefix, '-b', bucket, '--clear']
    const { stderr } = await type(shell, words, { status: isLast ? 0 : 1 })
    expect(stderr === (isLast ? '' : bucketNotEmpty), `deleting ${prefix} printed something else`)
  }
}

const fromCatalog = async shell => {
  remark('An image from the catalog')
  const catalog = await type(shell, ['eustore-describe-images'])
  const name = catalog.rows[0]?.[0] ?? ''
  expect(/^\d{10}$/.test(name), 'the catalog lists no images')
  const installed = await type(shell, ['eustore-install-image', '-i', name, '-b', bucket])
  const emi = /^Installed new image (emi-[0-9A-Fa-f]{8})$/m.exec(installed.stdout)?.[1]
  expect(emi, 'no image was installed')

  const { rows } = await type(shell, ['euca-describe-images'])
  const kinds = new Map(rows.map(cells => [cells[7], cells]))
  const [machine, kernel, ramdisk] = ['machine', 'kernel', 'ramdisk'].map(kind => kinds.get(kind) ?? [])
  expect(rows.length === 3 && machine[1] === emi, 'there are not the three images of the installation')
  expect(machine[8] === kernel[1] && machine[9] === ramdisk[1], `${emi} does not name its eki and eri`)
  expect(
    rows.every(([, , , , state]) => state === 'available'),
    'the images are not available',
  )

  const keyPair = await type(shell, ['euca-create-keypair', '-f', 'KEY.pem', 'KEY'])
  expect(row(keyPair.rows, 'KEYPAIR')[1] === 'KEY', 'no key pair was made')
  const instance = await runAndTerminate(shell, emi)

  remark('Once takes an image out of use, twice off the list; it would go by itself in ten minutes')
  const images = [emi, kernel[1], ramdisk[1]]
  await deregister(shell, images)
  await listDeregistered(shell, images)
  await waitForInstance(shell, instance, 'terminated')
  await deregister(shell, images)
  const left = await type(shell, ['euca-describe-images'])
  expect(left.stdout === '', 'deregistered images are still listed')
  const prefixOf = ([, , location]) => location.replace(`${bucket}/`, '').replace('.manifest.xml', '')
  await deleteBundles(shell, [machine, ramdisk, kernel].map(prefixOf))
}

/** A disk that a machine would boot from: random bytes, text, holes, and a boot sector's mark. */
const makeImage = file => {
  const image = Buffer.alloc(24 * 2 ** 20)
  randomBytes(11 * 2 ** 20).copy(image, 2 ** 20)
  image.fill('All work and no play makes Jack a dull boy.\n', 14 * 2 ** 20, 16 * 2 ** 20)
  image.writeUInt16BE(0x55aa, 510)
  writeFileSync(file, image)
}

const withOwnKeys = async shell => {
  remark('The long way, with an image and keys of our own')
  await type(shell, ['mallee', 'credentials', 'mine'])
  const files = readdirSync(join(shell.cwd, 'mine'))
  const mine = pattern => `mine/${files.find(file => pattern.test(file))}`
  const account = /EC2_USER_ID='(\d{12})'/.exec(readFileSync(join(shell.cwd, 'mine/eucarc'), 'utf8'))?.[1]
  const key = mine(/^euca2-.*-pk\.pem$/)
  const identity = [
    '-k',
    key,
    '-c',
    mine(/^euca2-.*-cert\.pem$/),
    '--ec2cert',
    'mine/cloud-cert.pem',
    '-u',
    account,
  ]
  makeImage(join(shell.cwd, 'own.img'))

  const image = ['-i', 'own.img', '-r', 'x86_64', '-d', 'bundle']
  const bundled = await type(shell, ['euca-bundle-image', ...image, ...identity])
  expect(bundled.stdout === 'Wrote manifest bundle/own.img.manifest.xml\n', 'no manifest was written')
  const uploaded = await type(shell, ['euca-upload-bundle', '-b', 'own', '-m', 'bundle/own.img.manifest.xml'])
  expect(uploaded.stdout === 'Uploaded own/own.img.manifest.xml\n', 'the bundle was not uploaded')
  const hvm = ['--virtualization-type', 'hvm']
  const registered = await type(shell, ['euca-register', 'own/own.img.manifest.xml', '-n', 'own', ...hvm])
  const emi = row(registered.rows, 'IMAGE')[1]
  expect(/^emi-/.test(emi), 'the image was not registered')
  await runAndTerminate(shell, emi, () => getBack(shell, key))

  await deregister(shell, [emi])
  await listDeregistered(shell, [emi])
  await type(shell, ['euca-delete-bundle', '-p', 'own.img', '-b', 'own', '--clear'])
  const { rows } = await type(shell, ['mallee', 'status'])
  expect(
    rows.some(cells => cells.join(' ') === 'COUNT buckets 0'),
    'a bucket was left behind',
  )
}

const getBack = async (shell, key) => {
  remark('And back, byte for byte')
  mkdirSync(join(shell.cwd, 'back'))
  await type(shell, ['euca-download-bundle', '-b', 'own', '-p', 'own.img', '-d', 'back'])
  const places = ['-m', 'back/own.img.manifest.xml', '-s', 'back', '-d', 'back']
  const unbundled = await type(shell, ['euca-unbundle', ...places, '-k', key])
  expect(unbundled.stdout === 'Wrote back/own.img\n', 'no image was written')
  await type(shell, ['cmp', 'own.img', 'back/own.img'])
}

const play = async shell => {
  await fromCatalog(shell)
  await withOwnKeys(shell)
}

// ---- the two ways --------------------------------------------------------------------------------------------------

const folder = name => {
  const cwd = join(stage, name)
  mkdirSync(cwd)
  return cwd
}

const embedded = async () => {
  remark('With nothing configured: the embedded cloud')
  await play({ cwd: folder('embedded'), env: bareEnvironment(join(stage, 'embedded-cloud')) })
}

/** The variables that sourcing a file sets. `$0` tells a plain shell, and BASH_SOURCE bash, where the file is. */
const sourced = (file, env) => {
  const script = '. "$0" && exec "$1" -p "JSON.stringify(process.env)"'
  return JSON.parse(execFileSync('sh', ['-c', script, file, process.execPath], { env, encoding: 'utf8' }))
}

const firstLines = (child, count) =>
  new Promise((resolve, reject) => {
    let text = ''
    child.stdout.setEncoding('utf8').on('data', more => {
      text += more
      if (text.split('\n').length > count) resolve(text)
    })
    child.stderr.pipe(process.stderr)
    child.once('close', status => reject(new Mismatch(`mallee serve ended with status ${status}`)))
  })

const served = async () => {
  remark('The same, served: HTTP to a cloud that others can use at the same time')
  const cwd = folder('served')
  const env = bareEnvironment(join(stage, 'served-cloud'))
  say('$ mallee serve -p 0 &')
  const server = start(['mallee', 'serve', '-p', '0'], { cwd, env })
  const ended = new Promise(resolve => server.once('close', resolve))
  const greeting = await firstLines(server, 2)
  process.stdout.write(greeting)
  const eucarc = /^To use it: source (.+)$/m.exec(greeting)?.[1] ?? ''
  showTyped(['source', eucarc])
  const shell = { cwd, env: sourced(eucarc, env) }
  expect(/^http:/.test(shell.env.EC2_URL), `${basename(eucarc)} names no cloud`)
  await play(shell)

  say('$ kill %1')
  server.kill('SIGTERM')
  expect((await ended) === 0, 'the server did not end well')
  remark('A cloud that is configured and not there is an error, never the embedded one')
  await type(shell, ['euca-describe-images'], { status: 1 })
}

// ---- the end -------------------------------------------------------------------------------------------------------

/** A tool's background worker may be about to write into a folder just when it goes; so look twice. */
const cleanUp = async () => {
  for (const child of children) child.kill('SIGTERM')
  for (let tries = 0; tries < 20 && (children.size > 0 || existsSync(stage)); tries++) {
    if (children.size === 0) rmSync(stage, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    await pause(100)
  }
}

let ending
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  // However often it is pressed, the folder goes.
  process.on(signal, () => {
    ending ??= cleanUp().then(() => process.exit(status))
  })
}

const began = Date.now()
try {
  linkTools()
  await embedded()
  await served()
  remark(`All as it should be, in ${Math.round((Date.now() - began) / 1000)} seconds.`)
} catch (error) {
  await ending
  process.exitCode = 1
  console.error(error instanceof Mismatch ? `demo: ${error.message}` : error)
} finally {
  await cleanUp()
}
