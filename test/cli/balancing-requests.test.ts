// SPDX-License-Identifier: BSD-2-Clause
// What the tools of load balancers and stacks send.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessKeyId, type RecordingServer, secretKey, startServer } from '../clients/server'
import { shellWords } from '../support/shell-words'
import { run } from './process'

describe('The tools of load balancers and stacks', () => {
  let server: RecordingServer
  let cwd: string
  before(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'mallee-test-'))
    writeFileSync(join(cwd, 'template.json'), '{"é": "\u2028"}\n')
    writeFileSync(join(cwd, 'attributes'), '# of a file\n\n  c = 3 \nd=4=5\n')
    server = await startServer()
  })
  beforeEach(() => server.answer({ body: '<R><X/></R>' }))
  after(async () => {
    await server.close()
    rmSync(cwd, { recursive: true })
  })

  const tool = (line: string, input = '') =>
    run(shellWords(line), {
      cwd,
      input,
      env: {
        EUCA_CONFIG_PATH: '',
        AWS_ACCESS_KEY: accessKeyId,
        AWS_SECRET_KEY: secretKey,
        AWS_ELB_URL: server.url,
        AWS_CLOUDFORMATION_URL: server.url,
      },
    })

  /** The parameters sent, but for the version. */
  const sent = async (line: string, input = ''): Promise<Record<string, string>> => {
    const before = server.requests.length
    const { stderr } = await tool(line, input)
    assert.equal(stderr, '')
    assert.equal(server.requests.length, before + 1, 'one request')
    const { Version, ...rest } = Object.fromEntries(server.requests.at(-1)?.form ?? [])
    assert.equal(Version, line.startsWith('eulb') ? '2012-06-01' : '2010-05-15')
    return rest
  }

  const lb = { LoadBalancerName: 'lb' }
  const stack = { StackName: 's' }
  const template = '{"é": "\u2028"}\n'
  const requests: readonly (readonly [line: string, form: Record<string, string>])[] = [
    [
      'eulb-create-lb -z PARTI00,PARTI01 -l "lb-port=80, protocol=HTTP, instance-port=8888, instance-protocol=HTTP" lb -t a=b -t c',
      {
        Action: 'CreateLoadBalancer',
        ...lb,
        'AvailabilityZones.member.1': 'PARTI00',
        'AvailabilityZones.member.2': 'PARTI01',
        'Listeners.member.1.Protocol': 'HTTP',
        'Listeners.member.1.LoadBalancerPort': '80',
        'Listeners.member.1.InstancePort': '8888',
        'Listeners.member.1.InstanceProtocol': 'HTTP',
        'Tags.member.1.Key': 'a',
        'Tags.member.1.Value': 'b',
        'Tags.member.2.Key': 'c',
        'Tags.member.2.Value': '',
      },
    ],
    [
      'eulb-create-lb-listeners lb -l protocol=https,lb-port=443,instance-port=8888,instance-protocol=http,cert-id=arn:c -l lb-port=1,protocol=tcp,instance-port=2',
      {
        Action: 'CreateLoadBalancerListeners',
        ...lb,
        'Listeners.member.1.Protocol': 'HTTPS',
        'Listeners.member.1.LoadBalancerPort': '443',
        'Listeners.member.1.InstancePort': '8888',
        'Listeners.member.1.InstanceProtocol': 'HTTP',
        'Listeners.member.1.SSLCertificateId': 'arn:c',
        'Listeners.member.2.Protocol': 'TCP',
        'Listeners.member.2.LoadBalancerPort': '1',
        'Listeners.member.2.InstancePort': '2',
      },
    ],
    [
      'eulb-delete-lb-listeners --force -l "80, 443" lb',
      {
        Action: 'DeleteLoadBalancerListeners',
        ...lb,
        'LoadBalancerPorts.member.1': '80',
        'LoadBalancerPorts.member.2': '443',
      },
    ],
    [
      'eulb-configure-healthcheck lb -t http:8888/a:b --interval 30 --timeout 5 --healthy-threshold 3 --unhealthy-threshold 2',
      {
        Action: 'ConfigureHealthCheck',
        ...lb,
        'HealthCheck.Target': 'HTTP:8888/a:b',
        'HealthCheck.Interval': '30',
        'HealthCheck.Timeout': '5',
        'HealthCheck.HealthyThreshold': '3',
        'HealthCheck.UnhealthyThreshold': '2',
      },
    ],
    [
      'eulb-create-lb-policy lb -n p -t T -A "a = 1,b=2" -a "value = x=y, name = z" --attributes-from-file attributes',
      {
        Action: 'CreateLoadBalancerPolicy',
        ...lb,
        PolicyName: 'p',
        PolicyTypeName: 'T',
        ...Object.fromEntries(
          ['z x=y', 'a 1', 'b 2', 'c 3', 'd 4=5'].flatMap((pair, index) => {
            const [name = '', value = ''] = pair.split(' ')
            const prefix = `PolicyAttributes.member.${index + 1}`
            return [
              [`${prefix}.AttributeName`, name],
              [`${prefix}.AttributeValue`, value],
            ]
          }),
        ),
      },
    ],
    [
      'eulb-modify-lb-attributes lb ConnectionSettings.IdleTimeout=1 Odd.Name=x=y ConnectionSettings.IdleTimeout=2',
      {
        Action: 'ModifyLoadBalancerAttributes',
        ...lb,
        'LoadBalancerAttributes.ConnectionSettings.IdleTimeout': '2',
        'LoadBalancerAttributes.Odd.Name': 'x=y',
      },
    ],
    [
      'eulb-set-lb-policies-of-listener lb -l 443 -p ""',
      { Action: 'SetLoadBalancerPoliciesOfListener', ...lb, LoadBalancerPort: '443', PolicyNames: '' },
    ],
    [
      'eulb-set-lb-policies-for-backend-server lb -i 80 -p ,',
      { Action: 'SetLoadBalancerPoliciesForBackendServer', ...lb, InstancePort: '80', PolicyNames: '' },
    ],
    [
      'eulb-set-lb-policies-for-backend-server lb -i 80 -p a,b',
      {
        Action: 'SetLoadBalancerPoliciesForBackendServer',
        ...lb,
        InstancePort: '80',
        'PolicyNames.member.1': 'a',
        'PolicyNames.member.2': 'b',
      },
    ],
    [
      'eulb-delete-tags lb -t a -t b=c',
      {
        Action: 'RemoveTags',
        'LoadBalancerNames.member.1': 'lb',
        'Tags.member.1.Key': 'a',
        'Tags.member.2.Key': 'b=c',
      },
    ],
    [
      'eulb-describe-instance-health lb --instances i-1,i-2',
      {
        Action: 'DescribeInstanceHealth',
        ...lb,
        'Instances.member.1.InstanceId': 'i-1',
        'Instances.member.2.InstanceId': 'i-2',
      },
    ],
    ['eulb-describe-lb-policies', { Action: 'DescribeLoadBalancerPolicies' }],
    ['eulb-describe-lbs', { Action: 'DescribeLoadBalancers' }],
    [
      'euform-create-stack s --template-file template.json -p "a=1;b=" -p c==d -n x,y -n z --capabilities CAPABILITY_IAM -t 5 --tag k',
      {
        Action: 'CreateStack',
        ...stack,
        TemplateBody: template,
        DisableRollback: 'false',
        'Parameters.member.1.ParameterKey': 'a',
        'Parameters.member.1.ParameterValue': '1',
        'Parameters.member.2.ParameterKey': 'b',
        'Parameters.member.2.ParameterValue': '',
        'Parameters.member.3.ParameterKey': 'c',
        'Parameters.member.3.ParameterValue': '=d',
        'NotificationARNs.member.1': 'x',
        'NotificationARNs.member.2': 'y',
        'NotificationARNs.member.3': 'z',
        'Capabilities.member.1': 'CAPABILITY_IAM',
        TimeoutInMinutes: '5',
        'Tags.member.1.Key': 'k',
        'Tags.member.1.Value': '',
      },
    ],
    [
      'euform-create-stack s --template-url http://h/b/k -d',
      { Action: 'CreateStack', ...stack, TemplateURL: 'http://h/b/k', DisableRollback: 'true' },
    ],
    [
      'euform-update-stack s --delete-tags',
      { Action: 'UpdateStack', ...stack, UsePreviousTemplate: 'true', Tags: '' },
    ],
    [
      'euform-update-stack s --template-file template.json',
      { Action: 'UpdateStack', ...stack, TemplateBody: template },
    ],
    ['euform-delete-stack s --force', { Action: 'DeleteStack', ...stack }],
    [
      'euform-continue-rollback s --skip a --skip b --role arn:r',
      {
        Action: 'ContinueUpdateRollback',
        ...stack,
        'ResourcesToSkip.member.1': 'a',
        'ResourcesToSkip.member.2': 'b',
        RoleARN: 'arn:r',
      },
    ],
    [
      'euform-describe-stack-resources -n s -l a -p b',
      { Action: 'DescribeStackResources', ...stack, LogicalResourceId: 'a', PhysicalResourceId: 'b' },
    ],
    ['euform-get-template-summary s', { Action: 'GetTemplateSummary', ...stack }],
    [
      'euform-validate-template --template-file template.json',
      { Action: 'ValidateTemplate', TemplateBody: template },
    ],
  ]
  for (const [line, form] of requests)
    it(`send what ${line} says`, async () => assert.deepEqual(await sent(line), form))

  it('take attributes from standard input', async () => {
    const form = await sent('eulb-create-lb-policy lb -n p -t T --attributes-from-file -', 'a=1\n')
    assert.equal(form['PolicyAttributes.member.1.AttributeName'], 'a')
  })

  it('take `-` for the name of a file where a template is meant', async () => {
    const { stderr } = await tool('euform-validate-template --template-file -', template)
    assert.equal(stderr, 'euform-validate-template: error: No such file or directory: -\n')
  })

  it('follow the markers of pages, and print each before the next is asked for', async () => {
    const page = (name: string, marker = '') => ({
      body: `<R><X><LoadBalancerDescriptions><member><LoadBalancerName>${name}</LoadBalancerName></member></LoadBalancerDescriptions>${marker}</X></R>`,
    })
    server.answer(page('a', '<NextMarker>m</NextMarker>'), {
      status: 400,
      body: '<R><Error><Code>Odd</Code><Message>no</Message></Error></R>',
    })
    const { stdout, stderr, status } = await tool('eulb-describe-lbs')
    assert.deepEqual(
      [stdout, stderr, status],
      ['LOAD_BALANCER\ta\t\t\t\n', 'eulb-describe-lbs: error (Odd): no\n', 1],
    )
    assert.equal(server.requests.at(-1)?.form.get('Marker'), 'm')
    server.answer(page('a', '<NextMarker>m</NextMarker>'), page('b'))
    const { stdout: whole } = await tool('eulb-describe-lbs --json')
    assert.deepEqual(JSON.parse(whole), {
      LoadBalancerDescriptions: [{ LoadBalancerName: 'a' }, { LoadBalancerName: 'b' }],
    })
  })

  it('show headers and empty fields of tags when they are asked for', async () => {
    server.answer({
      body: '<R><X><TagDescriptions><member><LoadBalancerName>lb</LoadBalancerName><Tags><member><Key>k</Key><Value/></member></Tags></member></TagDescriptions></X></R>',
    })
    const { stdout } = await tool('eulb-describe-tags lb --show-headers --show-empty-fields')
    assert.equal(stdout, 'TAG\tTYPE\tNAME\tKEY\tVALUE\nTAG\tload-balancer\tlb\tk\t(nil)\n')
  })
})
