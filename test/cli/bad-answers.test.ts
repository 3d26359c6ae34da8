// SPDX-License-Identifier: BSD-2-Clause
// Every tool that asks a cloud, of one that is not there, hangs, or says what is no answer: it ends with one line that
// says so, and exit status 1.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { loader, type Outcome, run } from './process'
import { allTools, asksNobody, type Folder, filesOfLines, type Tool } from './typical-lines'

const services =
  'ec2 ebs s3 iam sts autoscaling elasticloadbalancing cloudformation monitoring bootstrap'.split(' ')

const configuration = (port: number, timeout = 20): string =>
  [
    `[global]\nmax-retries = 0\ntimeout = ${timeout}\ndefault-region = r\n[region r]\nuser = u`,
    ...services.map(service => `${service}-url = http://127.0.0.1:${port}/${service}`),
    '[user u]\nkey-id = A\nsecret-key = B\naccount-id = 123456789012\n',
  ].join('\n')

// It reads no XML, and names what it reads.
const catalog = (address: string): RegExp => new RegExp(`^${address}/catalog is not a catalog of images: `)
// Manifests are no answers of a service: what is wrong with them is said of the file.
const manifest =
  /^(x\/x|b\/x\.manifest\.xml): (this is not a bundle manifest|the manifest is not well-formed XML)/

// euca-check-bucket says what it is about to do.
const isSilent = (stdout: string): boolean => stdout === '' || stdout === 'Checking bucket: x\n'

describe('A cloud that is none', () => {
  let folder: Folder
  let tools: readonly Tool[]
  let server: Server
  let address = ''
  let answer: (response: ServerResponse) => void = () => {}

  const configure = (port: number, timeout?: number): void =>
    writeFileSync(join(folder.path, 'cloud.ini'), configuration(port, timeout))

  before(async () => {
    await loader
    folder = await filesOfLines()
    tools = (await allTools()).filter(({ name }) => !asksNobody.includes(name))
    server = createServer((request, response) => {
      request.resume()
      request.on('end', () => answer(response))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    address = `http://127.0.0.1:${port}`
    configure(port)
  })
  after(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    folder.remove()
  })

  const runTool = ({ name, words }: Tool): Promise<Outcome> =>
    run([name, ...words], {
      cwd: folder.path,
      env: {
        EUCA_CONFIG_PATH: join(folder.path, 'cloud.ini'),
        TMPDIR: folder.path,
        EUSTORE_URL: `${address}/`,
      },
    })

  /** Runs every tool, many at once, and looks at how each ended; what is wrong, as lines. */
  const judged = async (
    judge: (outcome: Outcome, message: string) => boolean,
    atOnce = 16,
  ): Promise<string[]> => {
    const left = [...tools]
    const wrong: string[] = []
    const work = async (): Promise<void> => {
      for (let tool = left.shift(); tool; tool = left.shift()) {
        const outcome = await runTool(tool)
        const [, message = outcome.stderr] = /^\S+: error:? (.*)\n$/.exec(outcome.stderr) ?? []
        if (!judge(outcome, message))
          wrong.push(`${tool.name}: ${outcome.status} ${outcome.stdout}${outcome.stderr}`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    return wrong
  }

  const allSay = async (...expected: readonly RegExp[]): Promise<void> => {
    const isExpected = ({ status, stdout }: Outcome, message: string) =>
      status === 1 && isSilent(stdout) && expected.some(pattern => pattern.test(message))
    assert.deepEqual(await judged(isExpected), [])
  }

  const pages: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'a page for people': r => r.end('<html><body><p>Welcome</p></body></html>'),
    'half a document': r => r.end('<Response><Result><item>'),
    JSON: r => r.end('{"message": "welcome"}'),
  }
  for (const [what, page] of Object.entries(pages)) {
    it(`is told by every tool when it answers with ${what}`, async () => {
      answer = page
      await allSay(/^XML parse error$/, manifest, catalog(address))
    })
  }

  it('is told by every tool when its answer breaks off', async () => {
    answer = response => {
      response.writeHead(200, { 'content-length': '1000' }).write('<Response>')
      setImmediate(() => response.destroy())
    }
    await allSay(
      /^connection error \(127\.0\.0\.1:\d+: Connection reset by peer\)$/,
      /^cannot read \S+: the connection was lost$/,
    )
  })

  it('is told by every tool when it fails, with or without a page', async () => {
    answer = response => response.writeHead(500).end()
    await allSay(
      /^\(500\): Internal Server Error$/,
      /^cannot read \S+: the server answered 500 Internal Server Error$/,
    )
    answer = response => response.writeHead(502).end('<html><body>Bad gateway</body></html>')
    await allSay(/^\(502\): Bad Gateway$/, /^cannot read \S+: the server answered 502 Bad Gateway$/)
  })

  it('is told by every tool when it hangs, after the time that the configuration allows', async () => {
    answer = () => {}
    configure(Number(new URL(address).port), 0.25)
    // Nobody is kept busy by waiting.
    const isExpected = ({ status, stdout }: Outcome, message: string) =>
      status === 1 && isSilent(stdout) && /^(cannot read \S+: )?request timed out$/.test(message)
    assert.deepEqual(await judged(isExpected, 48), [])
    configure(Number(new URL(address).port))
  })

  it('says nothing in no words of ours: an empty document and no document at all end well, or in one line', async () => {
    // An operation without a result may be answered with nothing. Words of the language that this is written in tell of a bug.
    const isClean = ({ status, stderr }: Outcome) =>
      status === 0
        ? stderr === ''
        : status === 1 &&
          /^\S+: error: .*\n(hint: .*\n)?$/.test(stderr) &&
          !/undefined|Cannot read|is not (a function|iterable|defined)|null/.test(stderr)
    answer = response => response.end('<Response/>')
    assert.deepEqual(await judged(isClean), [])
    answer = response => response.end()
    assert.deepEqual(await judged(isClean), [])
  })

  it('is told by every tool when nobody listens', async () => {
    // One that nobody is given while this goes on.
    const port = 1
    const before = address
    address = `http://127.0.0.1:${port}`
    configure(port)
    try {
      await allSay(
        /^connection error \(127\.0\.0\.1:1: Connection refused\)$/,
        /^cannot read \S+: (connection refused|.*refused.*)$/i,
      )
    } finally {
      address = before
    }
  })
})
