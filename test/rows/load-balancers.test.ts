// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { printed } from '../../src/cli/output'
import type { Row } from '../../src/rows/cell'
import { balancerAttributeRows, balancerTagRows } from '../../src/rows/load-balancer-attributes'
import { policyRows, policyTypeRows } from '../../src/rows/load-balancer-policies'
import {
  attachedSubnetsRow,
  balancerRows,
  dnsNameRow,
  healthCheckRow,
  instanceHealthRows,
  remainingSubnetsRow,
  zonesRow,
} from '../../src/rows/load-balancers'

/** As it is printed, with tabs that can be seen. */
const lines = (rows: readonly Row[]): string[] =>
  printed(rows, false).replaceAll('\t', '|').split('\n').slice(0, -1)

const createdTime = Object.assign(new Date('2014-02-16T12:13:16Z'), { received: '2014-02-16T12:13:16.789Z' })

const balancer = {
  LoadBalancerName: 'lb',
  DNSName: 'lb-1.example',
  CanonicalHostedZoneName: 'zone',
  CanonicalHostedZoneNameID: 'Z1',
  CreatedTime: createdTime,
  Scheme: 'internet-facing',
}

describe('A load balancer', () => {
  it('prints little of itself, unless everything is asked for', () => {
    assert.deepEqual(lines(balancerRows([balancer], false)), [
      'LOAD_BALANCER|lb|lb-1.example|2014-02-16T12:13:16.789Z|internet-facing',
    ])
    const bare = 'LOAD_BALANCER|lb|lb-1.example|zone|Z1|||||||||||||2014-02-16T12:13:16.789Z|internet-facing'
    assert.deepEqual(lines(balancerRows([balancer], true)), [bare])
    const empty = {
      HealthCheck: {} as never,
      ListenerDescriptions: [],
      BackendServerDescriptions: [],
      Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: [] },
      SourceSecurityGroup: {},
      SecurityGroups: [],
    }
    assert.deepEqual(lines(balancerRows([{ ...balancer, ...empty }], true)), [bare])
    assert.deepEqual(lines(balancerRows(undefined, true)), [])
  })

  it('prints what belongs to it in braces, with the parts that there are', () => {
    const whole = {
      ...balancer,
      HealthCheck: {
        Target: 'HTTP:8888/',
        Interval: 30,
        Timeout: 5,
        HealthyThreshold: 3,
        UnhealthyThreshold: 5,
      },
      AvailabilityZones: ['PARTI00', 'PARTI01'],
      Subnets: ['subnet-1', 'subnet-2'],
      VPCId: 'vpc-1',
      Instances: [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }],
      ListenerDescriptions: [
        {
          Listener: {
            Protocol: 'HTTPS',
            LoadBalancerPort: 443,
            InstanceProtocol: 'HTTP',
            InstancePort: 8888,
            SSLCertificateId: 'arn:c',
          },
          PolicyNames: ['sticky', 'tls'],
        },
        { Listener: { Protocol: 'TCP', LoadBalancerPort: 25, InstancePort: 2525 }, PolicyNames: [] },
      ],
      BackendServerDescriptions: [
        { InstancePort: 2525, PolicyNames: ['proxy', 'keys'] },
        { InstancePort: 1, PolicyNames: [] },
        { InstancePort: 2 },
      ],
      Policies: {
        AppCookieStickinessPolicies: [{ PolicyName: 'app', CookieName: 'SID' }, { PolicyName: 'odd' }],
        LBCookieStickinessPolicies: [
          { PolicyName: 'sticky', CookieExpirationPeriod: 60 },
          { PolicyName: 'session' },
        ],
        OtherPolicies: ['tls', 'proxy'],
      },
      SourceSecurityGroup: { OwnerAlias: '123456789012', GroupName: 'euca-internal' },
      SecurityGroups: ['sg-1', 'sg-2'],
    }
    assert.equal(
      lines(balancerRows([whole], true))[0],
      [
        'LOAD_BALANCER|lb|lb-1.example|zone|Z1',
        '{interval=30,target=HTTP:8888/,timeout=5,healthy-threshold=3,unhealthy-threshold=5}',
        'PARTI00,PARTI01|subnet-1,subnet-2|vpc-1|i-1,i-2',
        '{protocol=HTTPS,lb-port=443,instance-protocol=HTTP,instance-port=8888,cert-id=arn:c,{sticky,tls}},' +
          '{protocol=TCP,lb-port=25,instance-port=2525}',
        '{instance-port=2525,policies={proxy,keys}},{instance-port=1,policies={}},{instance-port=2}',
        '{policy-name=app,cookie-name=SID},{policy-name=odd,cookie-name=None}',
        '{policy-name=sticky,expiration-period=60},{policy-name=session,expiration-period=None}',
        '{tls,proxy}',
        '{owner-alias=123456789012,group-name=euca-internal}',
        '{sg-1,sg-2}',
        '2014-02-16T12:13:16.789Z|internet-facing',
      ].join('|'),
    )
  })

  it('prints its lists with the blanks that the original had', () => {
    assert.deepEqual(
      lines([
        dnsNameRow('lb-1.example'),
        zonesRow(['a', 'b']),
        attachedSubnetsRow(['a', 'b']),
        remainingSubnetsRow(['a', 'b']),
        remainingSubnetsRow(undefined),
        healthCheckRow({
          Target: 'TCP:22',
          Interval: 30,
          Timeout: 5,
          HealthyThreshold: 3,
          UnhealthyThreshold: 2,
        }),
        healthCheckRow(undefined),
      ]),
      [
        'DNS_NAME|lb-1.example',
        'AVAILABILITY_ZONES|a, b',
        'SUBNETS|a, b',
        'SUBNETS|a,b',
        'SUBNETS|',
        'HEALTH_CHECK|TCP:22|30|5|3|2',
        'HEALTH_CHECK|||||',
      ],
    )
  })

  it('prints the health of its instances, and why only when everything is asked for', () => {
    const states = [
      { InstanceId: 'i-1', State: 'InService', Description: 'N/A', ReasonCode: 'N/A' },
      { InstanceId: 'i-2', State: 'OutOfService' },
    ]
    assert.deepEqual(lines(instanceHealthRows(states, false)), [
      'INSTANCE|i-1|InService',
      'INSTANCE|i-2|OutOfService',
    ])
    assert.deepEqual(lines(instanceHealthRows(states, true)), [
      'INSTANCE|i-1|InService|N/A|N/A',
      'INSTANCE|i-2|OutOfService||',
    ])
  })

  it('prints its attributes by names with dots, in their order', () => {
    const settings = {
      CrossZoneLoadBalancing: { Enabled: false },
      ConnectionSettings: { IdleTimeout: 60 },
      AccessLog: { Enabled: true, S3BucketName: 'logs', S3BucketPrefix: undefined },
      AdditionalAttributes: [{ Key: 'mode', Value: 'defensive' }],
    }
    assert.deepEqual(lines(balancerAttributeRows(settings)), [
      'AccessLog.Enabled|true',
      'AccessLog.S3BucketName|logs',
      'AccessLog.S3BucketPrefix|',
      'AdditionalAttributes.member.Key|mode',
      'AdditionalAttributes.member.Value|defensive',
      'ConnectionSettings.IdleTimeout|60',
      'CrossZoneLoadBalancing.Enabled|false',
    ])
    const two = { AdditionalAttributes: [{ Key: 'a', Value: '1' }, { Key: 'b' }] }
    assert.deepEqual(lines(balancerAttributeRows(two)), [
      'AdditionalAttributes.member.1.Key|a',
      'AdditionalAttributes.member.1.Value|1',
      'AdditionalAttributes.member.2.Key|b',
    ])
    assert.deepEqual(lines(balancerAttributeRows(undefined)), [])
  })

  it('prints its tags, a title when it is asked for, and an empty line for nothing at all', () => {
    const tagged = [{ LoadBalancerName: 'lb', Tags: [{ Key: 'k', Value: 'v' }, { Key: 'bare' }] }]
    assert.deepEqual(lines(balancerTagRows(tagged, false)), [
      'TAG|load-balancer|lb|k|v',
      'TAG|load-balancer|lb|bare|',
    ])
    assert.deepEqual(lines(balancerTagRows(tagged, true)).slice(0, 2), [
      'TAG|TYPE|NAME|KEY|VALUE',
      'TAG|load-balancer|lb|k|v',
    ])
    assert.deepEqual(lines(balancerTagRows([{ LoadBalancerName: 'lb', Tags: [] }], false)), [''])
    assert.deepEqual(lines(balancerTagRows(undefined, true)), ['TAG|TYPE|NAME|KEY|VALUE'])
  })

  it('prints policies and their types, with attributes when everything is asked for', () => {
    const policies = [
      {
        PolicyName: 'tls',
        PolicyTypeName: 'SSL',
        PolicyAttributeDescriptions: [{ AttributeName: 'a', AttributeValue: 'true' }, { AttributeName: 'b' }],
      },
      { PolicyName: 'bare' },
    ]
    assert.deepEqual(lines(policyRows(policies, false)), ['POLICY|tls|SSL', 'POLICY|bare|'])
    assert.deepEqual(lines(policyRows(policies, true)), [
      'POLICY|tls|SSL|{name=a,value=true},{name=b,value=None}',
      'POLICY|bare||',
    ])
    const types = [
      {
        PolicyTypeName: 'T',
        Description: 'text',
        PolicyAttributeTypeDescriptions: [
          { AttributeName: 'n', Description: 'd', AttributeType: 't', DefaultValue: 'v', Cardinality: 'ONE' },
          { AttributeName: 'm' },
        ],
      },
    ]
    assert.deepEqual(lines(policyTypeRows(types, false)), ['POLICY_TYPE|T|text'])
    assert.deepEqual(lines(policyTypeRows(types, true)), [
      'POLICY_TYPE|T|text|{name=n,description=d,type=t,default-value=v,cardinality=ONE},' +
        '{name=m,description=,type=,default-value=,cardinality=}',
    ])
  })
})
