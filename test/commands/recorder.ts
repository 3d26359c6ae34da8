// SPDX-License-Identifier: BSD-2-Clause
// A service that writes down what it is sent and answers what it is told to.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Io } from '../../src/cli/context'
import { loader, type Outcome, run } from '../cli/process'

export interface Recorder {
  /** Parameters of every request so far, without those of the protocol. */
  readonly requests: Record<string, string>[]
  /** Variables that lead to this service. */
  readonly env: Readonly<Record<string, string>>
  /** Runs a tool against this service. */
  tool(argv: readonly string[], input?: string, io?: Partial<Io>): Promise<Outcome>
  close(): Promise<void>
}

export interface Answer {
  readonly status?: number
  readonly body: string
  readonly type?: string
}

const protocol = /^(Version|Signature|AWSAccessKeyId|Timestamp)/

/** `answer` is an XML document for each action; anything else is an empty response. */
export const recorder = async (
  answer: (action: string, form: URLSearchParams) => Answer | string = () => '<Response/>',
  extra: { readonly cwd?: string } = {},
): Promise<Recorder> => {
  await loader
  const requests: Record<string, string>[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
      requests.push(Object.fromEntries([...form].filter(([name]) => !protocol.test(name))))
      const given = answer(form.get('Action') ?? '', form)
      const { status = 200, body, type = 'text/xml' } = typeof given === 'string' ? { body: given } : given
      response.writeHead(status, { 'content-type': type }).end(body)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const env = {
    EC2_URL: `http://127.0.0.1:${port}/services/compute`,
    AWS_IAM_URL: `http://127.0.0.1:${port}/services/Euare`,
    AWS_AUTO_SCALING_URL: `http://127.0.0.1:${port}/services/AutoScaling`,
    AWS_CLOUDWATCH_URL: `http://127.0.0.1:${port}/services/CloudWatch`,
    TOKEN_URL: `http://127.0.0.1:${port}/services/Tokens`,
    AWS_ACCESS_KEY: 'AKIDEXAMPLE',
    AWS_SECRET_KEY: 'secret',
    EUCA_CONFIG_PATH: '',
  }
  return {
    requests,
    env,
    tool: (argv, input = '', io = {}) => run(argv, { env, input, ...extra, ...io }),
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}

/** The lines that a tool prints of an answer, given as the children of its root. */
export const printed = async (typed: string, answer: string, cwd?: string): Promise<string[]> => {
  const service = await recorder(() => `<Response>${answer}</Response>`, cwd ? { cwd } : {})
  try {
    const { status, stdout, stderr } = await service.tool(typed.split(' '))
    assert.equal(stderr, '')
    assert.equal(status, 0)
    const lines = stdout.split('\n')
    assert.equal(lines.pop(), '', 'the last line has no newline')
    return lines
  } finally {
    await service.close()
  }
}
