// SPDX-License-Identifier: BSD-2-Clause
// Listeners of load balancers, and their certificates.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerListenersCommand,
  type Listener,
  SetLoadBalancerListenerSSLCertificateCommand,
} from '@aws-sdk/client-elastic-load-balancing'
import { DeleteServerCertificateCommand, UpdateServerCertificateCommand } from '@aws-sdk/client-iam'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { balancersOf, haveCertificate, http, invalid, makeBalancer, refused, unknownBalancer } from './made'

const newest = 'ELBSecurityPolicy-2016-08'

describe('listeners', () => {
  let c: Cloud
  let alice: Clients
  let certificate: string
  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    certificate = haveCertificate(c, alice, 'site', '/web/')
  })
  afterEach(() => c.close())

  const add = (...Listeners: readonly Partial<Listener>[]) =>
    alice.elb().send(
      new CreateLoadBalancerListenersCommand({
        ...{ LoadBalancerName: 'lb', Listeners: Listeners.map(one => ({ ...http, ...one })) },
      }),
    )
  const https = () => ({ Protocol: 'HTTPS', LoadBalancerPort: 443, SSLCertificateId: certificate })
  const set = (LoadBalancerPort: number, SSLCertificateId: string, LoadBalancerName = 'lb') =>
    alice.elb().send(
      new SetLoadBalancerListenerSSLCertificateCommand({
        ...{ LoadBalancerName, LoadBalancerPort, SSLCertificateId },
      }),
    )

  const shown = async () => (await balancersOf(alice, 'lb'))[0]
  const record = () => JSON.stringify(c.engine.read(tx => tx.loadBalancers.everywhere()))

  /** Refused, and nothing has changed. */
  const untouched = async (refusal: Promise<void>): Promise<void> => {
    const was = record()
    await refusal
    assert.equal(record(), was)
  }

  it('protocols are known in any case, and instances are spoken to in the clear if nothing is said', async () => {
    await makeBalancer(alice, 'lb', { Listeners: [{ ...http, Protocol: 'http' }] })
    const unsaid = { InstanceProtocol: undefined }
    await add({ ...https(), Protocol: 'https', ...unsaid })
    await add({ Protocol: 'tcp', LoadBalancerPort: 25, InstancePort: 2525, ...unsaid })
    await add({
      ...https(),
      ...{ Protocol: 'ssl', LoadBalancerPort: 465, InstancePort: 465, InstanceProtocol: 'SSL' },
    })
    const { ListenerDescriptions = [] } = (await shown()) ?? {}
    assert.deepEqual(
      ListenerDescriptions.map(({ Listener: one }) => [
        ...[one?.LoadBalancerPort, one?.Protocol, one?.InstancePort, one?.InstanceProtocol],
        one?.SSLCertificateId,
      ]),
      [
        [80, 'HTTP', 8888, 'HTTP', undefined],
        [443, 'HTTPS', 8888, 'HTTP', certificate],
        [25, 'TCP', 2525, 'TCP', undefined],
        [465, 'SSL', 465, 'SSL', certificate],
      ],
    )
  })

  it('those that speak TLS have the newest security policy, which is then one of the balancer', async () => {
    await makeBalancer(alice, 'lb')
    assert.deepEqual((await shown())?.Policies?.OtherPolicies, [])
    await add(https())
    await add({ ...https(), LoadBalancerPort: 8443 })
    const { ListenerDescriptions, Policies } = (await shown()) ?? {}
    assert.deepEqual(
      ListenerDescriptions?.map(({ PolicyNames }) => PolicyNames),
      [[], [newest], [newest]],
    )
    assert.deepEqual(Policies?.OtherPolicies, [newest])
  })

  it('the first one makes a health check, and no later one changes it', async () => {
    await makeBalancer(alice, 'lb', { Listeners: [{ ...http, InstancePort: 9000 }] })
    await add({ LoadBalancerPort: 81 })
    assert.equal((await shown())?.HealthCheck?.Target, 'TCP:9000')
  })

  it('protocols that are none, and ports that are none or restricted, are refused', async () => {
    await makeBalancer(alice, 'lb')
    const one = (listener: Partial<Listener>) => add({ LoadBalancerPort: 81, ...listener })
    const unsupported = 'The requested protocol is not supported'
    await untouched(refused(one({ Protocol: 'UDP' }), 'InternalFailure', unsupported))
    await untouched(refused(one({ Protocol: 'constructor' }), 'InternalFailure', unsupported))
    await untouched(invalid(one({ InstanceProtocol: 'UDP' }), 'Invalid listener format'))
    for (const port of [0, -1, 65536]) {
      await untouched(invalid(one({ LoadBalancerPort: port }), 'Invalid port range'))
      await untouched(invalid(one({ InstancePort: port }), 'Invalid port range'))
    }
    await one({ LoadBalancerPort: 65535, InstancePort: 1 })
    const restricted = (ports: string) =>
      `The specified port(s) ${ports}, are restricted for use as a loadbalancer port.`
    await untouched(refused(one({ LoadBalancerPort: 22 }), 'InternalFailure', restricted('22'), 500))
    await one({ InstancePort: 22 })
    writeFileSync(join(c.home, 'eucalyptus.conf'), 'LOADBALANCING_RESTRICTED_PORTS="25,8000-8010"\n')
    for (const port of [25, 8000, 8010])
      await untouched(
        refused(one({ LoadBalancerPort: port }), 'InternalFailure', restricted('25,8000-8010'), 500),
      )
    await one({ LoadBalancerPort: 22 })
    await one({ LoadBalancerPort: 8011 })
  })

  it('requests cannot be balanced to connections, nor one instance port be plain and TLS', async () => {
    await makeBalancer(alice, 'lb')
    for (const [Protocol, InstanceProtocol] of [
      ['HTTP', 'TCP'],
      ['HTTPS', 'SSL'],
      ['TCP', 'HTTP'],
      ['SSL', 'HTTPS'],
    ])
      await untouched(
        invalid(
          add({ ...https(), Protocol, InstanceProtocol }),
          `Protocol ${Protocol} cannot be balanced to InstanceProtocol ${InstanceProtocol}`,
        ),
      )
    await untouched(
      invalid(
        add({ ...https(), InstanceProtocol: 'HTTPS' }),
        'Instance port 8888 is used by HTTP, and cannot be by HTTPS',
      ),
    )
  })

  it('TLS needs a certificate of the account', async () => {
    await makeBalancer(alice, 'lb')
    const bobs = haveCertificate(c, await c.account('bob'), 'site', '/web/')
    for (const Protocol of ['HTTPS', 'SSL'])
      await untouched(
        invalid(
          add({ ...https(), Protocol, InstanceProtocol: undefined, SSLCertificateId: undefined }),
          'SSLCertificateId is required for HTTPS or SSL protocol',
        ),
      )
    const text =
      'The specified SSL ID does not refer to a valid SSL certificate in the AWS Identity and Access Management Service.'
    for (const SSLCertificateId of [bobs, 'site', certificate.replace('/web/', '/'), `${certificate}x`])
      await untouched(refused(add({ ...https(), SSLCertificateId }), 'CertificateNotFoundException', text))
  })

  it('a port that is listened on is had again by the same listener alone, and that needs a certificate', async () => {
    await makeBalancer(alice, 'lb')
    await add(https())
    const was = record()
    await add(https())
    assert.equal(record(), was)
    const text = 'A Listener already exists'
    const other = haveCertificate(c, alice, 'other')
    const differing: readonly Partial<Listener>[] = [
      {},
      { ...https(), InstancePort: 8889 },
      { ...https(), Protocol: 'SSL', InstanceProtocol: 'TCP' },
      { ...https(), SSLCertificateId: other },
    ]
    for (const listener of differing) await untouched(refused(add(listener), 'DuplicateListener', text))
    await untouched(
      refused(
        add({ LoadBalancerPort: 81 }, { LoadBalancerPort: 81, InstancePort: 1 }),
        'DuplicateListener',
        text,
      ),
    )
  })

  it('there are a hundred at most', async () => {
    await makeBalancer(alice, 'lb')
    const ports = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({ LoadBalancerPort: from + index }))
    await add(...ports(1000, 1099))
    await untouched(invalid(add({ LoadBalancerPort: 81 }), 'A load balancer can have 100 listeners at most'))
  })

  it('those that are deleted are gone, and those that were not there are no error', async () => {
    await makeBalancer(alice, 'lb')
    await add(https())
    const remove = (LoadBalancerPorts: number[], LoadBalancerName = 'lb') =>
      alice.elb().send(new DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts }))
    await remove([80, 81])
    const { ListenerDescriptions } = (await shown()) ?? {}
    assert.deepEqual(
      ListenerDescriptions?.map(({ Listener: one }) => one?.LoadBalancerPort),
      [443],
    )
    await untouched(remove([80]).then(() => undefined))
    await unknownBalancer(remove([80], 'other'))
    await unknownBalancer(
      alice
        .elb()
        .send(new CreateLoadBalancerListenersCommand({ LoadBalancerName: 'other', Listeners: [http] })),
    )
  })

  it('one gets another certificate', async () => {
    await makeBalancer(alice, 'lb')
    await add(https())
    const other = haveCertificate(c, alice, 'other')
    await set(443, other)
    const { ListenerDescriptions = [] } = (await shown()) ?? {}
    assert.equal(ListenerDescriptions[1]?.Listener?.SSLCertificateId, other)
    assert.deepEqual(ListenerDescriptions[1]?.PolicyNames, [newest])
    await untouched(invalid(set(0, other), 'Invalid port'))
    await untouched(invalid(set(443, ''), 'SSLCertificateId is not specified'))
    await untouched(invalid(set(80, other), "Listener's protocol is not HTTPS or SSL"))
    await untouched(
      refused(
        set(444, other),
        'ListenerNotFound',
        'Load balancer does not have a listener configured at the given port.',
      ),
    )
    await untouched(refused(set(443, `${other}x`), 'CertificateNotFoundException'))
    await unknownBalancer(set(443, other, 'other'))
  })

  it('keep their certificate from being deleted, and have it under its new name', async () => {
    await makeBalancer(alice, 'lb')
    await add(https())
    const remove = (ServerCertificateName: string) =>
      alice.iam().send(new DeleteServerCertificateCommand({ ServerCertificateName }))
    const inUse = (name: string) =>
      `Server certificate ${name} is in use by arn:aws:elasticloadbalancing:eucalyptus:${alice.accountId}:loadbalancer/lb`
    await refused(remove('site'), 'DeleteConflict', inUse('site'), 409)
    const other = haveCertificate(c, alice, 'other')
    await add({ ...https(), LoadBalancerPort: 8443, SSLCertificateId: other })
    await alice.iam().send(
      new UpdateServerCertificateCommand({
        ...{ ServerCertificateName: 'site', NewServerCertificateName: 'page', NewPath: '/' },
      }),
    )
    const { ListenerDescriptions = [] } = (await shown()) ?? {}
    assert.deepEqual(
      ListenerDescriptions.map(({ Listener }) => Listener?.SSLCertificateId),
      [undefined, `arn:aws:iam::${alice.accountId}:server-certificate/page`, other],
    )
    await refused(remove('page'), 'DeleteConflict', inUse('page'), 409)
    await alice
      .elb()
      .send(new DeleteLoadBalancerListenersCommand({ LoadBalancerName: 'lb', LoadBalancerPorts: [443] }))
    await remove('page')
  })
})
