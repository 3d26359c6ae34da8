// SPDX-License-Identifier: BSD-2-Clause
// The console's template: read, its parameters settled, and what its resources are to be.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resourceTypeNamed } from '../../../../src/engine/cloudformation/resources'
import {
  checkedProperties,
  checkProperties,
  evaluate,
  orderOf,
  propertiesOf,
  readTemplate,
  settleParameters,
  unknownPropertiesText,
} from '../../../../src/engine/cloudformation/template'
import { refusalOf, scopeFor } from './reading'

const text = readFileSync(join(__dirname, '../../../../examples/console-stack.template.yaml'), 'utf8')
const template = readTemplate(text)

const given = {
  KeyName: 'mine',
  ImageId: 'emi-1a2b3c4d',
  CloudIP: '10.1.2.3',
  SSLCertArn: 'arn:aws:iam::000000000001:server-certificate/console',
  CookieKey: 'k'.repeat(32),
}

const known = Object.fromEntries(
  [...template.resources.keys()].map(logicalId => [
    logicalId,
    {
      ref: `the-${logicalId}`,
      attributes: {
        DNSName: 'console.lb.example',
        'SourceSecurityGroup.OwnerAlias': 'owner',
        'SourceSecurityGroup.GroupName': 'internal',
      },
    },
  ]),
)

const scope = scopeFor(template, given, known)

describe("The console's template", () => {
  it('is made in the order of its references', () => {
    assert.deepEqual(orderOf(scope), [
      ...['ConsoleELB', 'ConsoleSecurityGroup', 'ConsoleLaunchConfig', 'ConsoleScalingGroup'],
    ])
  })

  it('has properties that are known', () => assert.deepEqual(checkProperties(template), []))

  it('asks for a balancer, a group, a configuration and a scaling group', () => {
    const found = orderOf(scope).map(logicalId => {
      const type = resourceTypeNamed(template.resources.get(logicalId)?.type ?? '')
      assert.ok(type)
      return checkedProperties(type, propertiesOf(scope, logicalId), { template, logicalId })
    })
    const [balancer, group, configuration, scaling] = found
    assert.deepEqual(balancer, {
      AvailabilityZones: ['PARTI00', 'PARTI01'],
      CrossZone: true,
      HealthCheck: {
        Target: 'HTTP:8888/',
        Interval: 30,
        Timeout: 5,
        HealthyThreshold: 3,
        UnhealthyThreshold: 5,
      },
      Listeners: [
        {
          Protocol: 'HTTPS',
          LoadBalancerPort: 443,
          InstanceProtocol: 'HTTP',
          InstancePort: 8888,
          SSLCertificateId: given.SSLCertArn,
        },
      ],
    })
    assert.deepEqual(group, {
      GroupDescription: 'Console port from the load balancer only, SSH from one range',
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '0.0.0.0/0' },
        {
          IpProtocol: 'tcp',
          FromPort: 8888,
          ToPort: 8888,
          SourceSecurityGroupOwnerId: 'owner',
          SourceSecurityGroupName: 'internal',
        },
      ],
    })
    const { UserData, ...rest } = configuration ?? {}
    assert.deepEqual(rest, {
      ImageId: 'emi-1a2b3c4d',
      InstanceType: 'm1.medium',
      KeyName: 'mine',
      SecurityGroups: ['the-ConsoleSecurityGroup'],
    })
    assert.equal(
      Buffer.from(String(UserData), 'base64').toString(),
      [
        '#cloud-config',
        'write_files:',
        '  - path: /etc/eucaconsole/cookie-key.ini',
        "    permissions: '0600'",
        '    content: |',
        '      [general]',
        `      cookie.key = ${given.CookieKey}`,
        'runcmd:',
        '  - [ yum, -y, install, eucaconsole ]',
        "  - [ sed, -i, 's/localhost/10.1.2.3/', /etc/eucaconsole/console.ini ]",
        '  - [ service, eucaconsole, restart ]',
        '',
      ].join('\n'),
    )
    assert.deepEqual(scaling, {
      AvailabilityZones: ['PARTI00', 'PARTI01'],
      LaunchConfigurationName: 'the-ConsoleLaunchConfig',
      MinSize: 1,
      DesiredCapacity: 1,
      MaxSize: 3,
      HealthCheckGracePeriod: 300,
      LoadBalancerNames: ['the-ConsoleELB'],
    })
  })

  it('says where the console is', () => {
    const url = template.outputs.get('URL')?.value ?? ''
    assert.equal(evaluate(scope, url), 'https://console.lb.example')
  })

  it('shows the constraint that a parameter breaks', () => {
    const why = (key: keyof typeof given | 'SSHLocation' | 'DesiredConsoles', value: string) => {
      const all = { ...given, [key]: value }
      return refusalOf(() =>
        settleParameters(
          template,
          Object.entries(all).map(([name, text]) => ({ key: name, value: text })),
        ),
      )
    }
    const failed = (key: string, text: string) => `Parameter '${key}' failed to satisfy constraint: ${text}`
    const block = 'must be a CIDR block of the form x.x.x.x/n'
    assert.equal(why('SSHLocation', '10.0.0.0'), failed('SSHLocation', block))
    assert.equal(why('SSHLocation', '1.1/1'), failed('SSHLocation', block))
    assert.equal(why('ImageId', 'ami'), failed('ImageId', 'must be an image id such as emi-1a2b3c4d'))
    assert.equal(
      why('SSLCertArn', ''),
      failed('SSLCertArn', 'must be the ARN of a server certificate uploaded to this account'),
    )
    assert.equal(
      why('DesiredConsoles', '4'),
      "Template error: Parameter 'DesiredConsoles' must be a number not greater than 3",
    )
    assert.equal(
      why('CookieKey', 'k'),
      "Template error: Parameter 'CookieKey' must contain at least 32 characters",
    )
  })

  it('had a property once that scaling groups do not have', () => {
    const original = readTemplate(text.replace('DesiredCapacity', 'DesiredSize'))
    assert.equal(
      unknownPropertiesText(checkProperties(original)),
      'Encountered unsupported property or properties [DesiredSize]' +
        ' (line 62: Resources.ConsoleScalingGroup.Properties.DesiredSize)',
    )
  })
})
