// SPDX-License-Identifier: BSD-2-Clause
// What the tools of load balancers and stacks refuse to send: nothing is asked of anybody.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessKeyId, secretKey } from '../clients/server'
import { shellWords } from '../support/shell-words'
import { run } from './process'

describe('The tools of load balancers and stacks', () => {
  let cwd: string
  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'mallee-test-'))
    writeFileSync(join(cwd, 'template.json'), '{}\n')
    writeFileSync(join(cwd, 'latin.json'), Buffer.from([0x7b, 0xe9, 0x7d]))
    writeFileSync(join(cwd, 'wrong'), 'c=3\nnonsense\n')
  })
  after(() => rmSync(cwd, { recursive: true }))

  // Where nobody answers: whoever asks gets another error.
  const nowhere = 'http://127.0.0.1:1/'
  const tool = (line: string) =>
    run(shellWords(line), {
      cwd,
      env: {
        EUCA_CONFIG_PATH: '',
        AWS_ACCESS_KEY: accessKeyId,
        AWS_SECRET_KEY: secretKey,
        AWS_ELB_URL: nowhere,
        AWS_CLOUDFORMATION_URL: nowhere,
      },
    })

  const listener = (text: string) => `eulb-create-lb-listeners lb -l ${text}`
  const option = 'argument -l/--listener: listener'
  const check = (target: string) =>
    `eulb-configure-healthcheck lb --interval 1 --timeout 1 --healthy-threshold 1 --unhealthy-threshold 1 -t ${target}`
  const refusals: readonly (readonly [line: string, message: string, status?: number])[] = [
    [listener('lb-port'), `${option} 'lb-port': element 'lb-port' must have format KEY=VALUE`],
    [listener('a=b=c'), `${option} 'a=b=c': element 'a=b=c' must have format KEY=VALUE`],
    [listener('a=b,c=d'), `${option} 'a=b,c=d': invalid element(s): 'a', 'c'`],
    [listener('lb-port=1,instance-port=2'), `${option} 'lb-port=1,instance-port=2': protocol is required`],
    [
      listener('protocol=TCP,instance-port=2'),
      `${option} 'protocol=TCP,instance-port=2': lb-port is required`,
    ],
    [listener('protocol=TCP,lb-port=1'), `${option} 'protocol=TCP,lb-port=1': instance-port is required`],
    [
      listener('protocol=udp,lb-port=1,instance-port=2'),
      `${option} 'protocol=udp,lb-port=1,instance-port=2': protocol 'udp' is invalid (choose from 'HTTP', 'HTTPS', 'SSL', 'TCP')`,
    ],
    [
      listener('protocol=TCP,lb-port=x,instance-port=2'),
      `${option} 'protocol=TCP,lb-port=x,instance-port=2': lb-port must be an integer`,
    ],
    [
      listener('protocol=TCP,lb-port=1,instance-port=2,instance-protocol=HTTP'),
      `${option} 'protocol=TCP,lb-port=1,instance-port=2,instance-protocol=HTTP': instance-protocol must be 'SSL' or 'TCP' when protocol is 'SSL' or 'TCP'`,
    ],
    [
      listener('protocol=HTTP,lb-port=1,instance-port=2,instance-protocol=SSL'),
      `${option} 'protocol=HTTP,lb-port=1,instance-port=2,instance-protocol=SSL': instance-protocol must be 'HTTP' or 'HTTPS' when protocol is 'HTTP' or 'HTTPS'`,
    ],
    ['eulb-create-lb lb -l x=1', "argument -l/--listener: listener 'x=1': invalid element(s): 'x'"],
    [
      'eulb-create-lb lb -l protocol=TCP,lb-port=1,instance-port=2',
      'one of the arguments -s/--subnets -z/--availability-zones is required',
    ],
    [
      'eulb-create-lb lb -z a -i public -l protocol=TCP,lb-port=1,instance-port=2',
      "argument -i/--scheme: invalid choice: 'public' (choose from 'internal')",
    ],
    ['eulb-create-lb lb -z a', 'argument -l/--listener is required'],
    ['eulb-create-tags lb -t =x', 'argument -t/--tag: tag key must have at least one character'],
    ['eulb-delete-lb-listeners lb -l 80,x', "argument -l/--lb-ports: invalid int value: 'x'"],
    [check('80'), 'argument -t/--target: must have form PROTOCOL:PORT[/PATH]'],
    [check('tcp:'), 'argument -t/--target: must have form PROTOCOL:PORT[/PATH]'],
    [check('https:443'), "argument -t/--target: path is required for protocol 'https'"],
    ['eulb-modify-lb-attributes lb A', 'argument ATTR=VALUE: invalid ATTR=VALUE pair: A'],
    ['eulb-modify-lb-attributes lb', 'too few arguments'],
    [
      'eulb-create-lb-policy lb -n p -t T -a key=x',
      "argument -a/--attribute: attribute 'key=x': 'key' is not a valid part of an attribute (choose from 'name', 'value')",
    ],
    [
      'eulb-create-lb-policy lb -n p -t T -a name=x',
      "argument -a/--attribute: attribute 'name=x': value is required",
    ],
    [
      'eulb-create-lb-policy lb -n p -t T -a value=x',
      "argument -a/--attribute: attribute 'value=x': name is required",
    ],
    [
      'eulb-create-lb-policy lb -n p -t T -A x',
      "argument -A/--attributes: attribute 'x' must have format NAME=VALUE",
    ],
    ['eulb-create-lb-policy lb -n p -t T -A =x', "argument -A/--attributes: attribute '=x' must have a name"],
    [
      'eulb-create-lb-policy lb -n p -t T --attributes-from-file wrong',
      "error on wrong line 2: attribute 'nonsense' must have format NAME=VALUE",
      1,
    ],
    ['eulb-create-lb-policy lb -n p -t T --attributes-from-file none', 'No such file or directory: none', 1],
    ['eulb-describe-tags', 'too few arguments'],
    ['euform-create-stack s', 'one of the arguments --template-file --template-url is required'],
    [
      'euform-create-stack s --template-file a --template-url b',
      'argument --template-url: not allowed with argument --template-file',
    ],
    [
      'euform-create-stack s --template-url b -p x',
      'argument -p/--parameter: parameter "x" must have form KEY=VALUE',
    ],
    [
      'euform-create-stack s --template-url b -p "a=b;=c"',
      'argument -p/--parameter: parameter "=c" must have form KEY=VALUE',
    ],
    ['euform-create-stack s --template-url b -t soon', "argument -t/--timeout: invalid int value: 'soon'"],
    ['euform-create-stack s --template-file none', 'No such file or directory: none', 1],
    ['euform-create-stack s --template-file latin.json', 'latin.json is no text in UTF-8', 1],
    [
      'euform-update-stack s --tag a --delete-tags',
      'argument --delete-tags: not allowed with argument --tag',
    ],
    ['euform-continue-rollback s --role r', 'argument --role: ARN must begin with "arn:"'],
    ['euform-describe-stack-resource s', 'argument -l/--logical-resource-id is required'],
    ['euform-get-template-summary', 'one of the arguments STACK --template-file --template-url is required'],
    [
      'euform-get-template-summary s --template-file template.json',
      'argument --template-file: not allowed with argument STACK',
    ],
    ['euform-validate-template', 'one of the arguments --template-file --template-url is required'],
  ]
  for (const [line, message, status = 2] of refusals)
    it(`refuse ${line}`, async () => {
      const { stderr, stdout, status: actual } = await tool(line)
      const name = line.split(' ')[0]
      assert.equal(stderr.split('\n').at(-2), `${name}: error: ${message}`)
      assert.deepEqual([stdout, actual], ['', status])
    })
})
