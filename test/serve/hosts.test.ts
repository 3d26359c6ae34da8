// SPDX-License-Identifier: BSD-2-Clause
// `mallee hosts` and `mallee status` of what listens beside a server.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LoadBalancer } from '../../src/engine/elb/schema'
import { claimServing, servers } from '../../src/serve/claim'
import { hostsOf } from '../../src/serve/hosts'
import { loader, run } from '../cli/process'
import { haveInstance } from '../engine/ec2/instance'
import { type Cloud, cloud } from '../support/cloud'

describe('What listens', () => {
  let c: Cloud
  const name = 'console-lb-000000000001.lb.eucalyptus.internal'

  before(() => loader)
  beforeEach(async () => {
    c = await cloud()
    c.engine.write(tx => {
      const listeners = [{ port: 80 }, { port: 443 }, { port: 8080 }]
      tx.loadBalancers.in('000000000001').put({
        ...{ account: '000000000001', name: 'console-lb', id: 'aa', scheme: 'internet-facing' },
        ...{ address: '127.5.128.1', listeners },
      } as unknown as LoadBalancer)
      tx.balancerPlaces.put({
        ...{ balancer: '000000000001/console-lb', balancerId: 'aa', at: tx.now, by: 'haproxy 2.6.12' },
        ports: [
          { port: 80, mapped: 10_080 },
          { port: 443 },
          { port: 8080, trouble: 'its certificate is gone' },
        ],
      })
    })
  })
  afterEach(() => c.close())

  const unserved = 'No server runs on the folder: nothing answers there until `mallee serve` does\n'
  const tool = async (...words: string[]): Promise<string> => {
    const { status, stdout, stderr } = await run(['mallee', ...words], {
      env: { MALLEE_HOME: c.home },
      now: () => c.clock.now(),
    })
    const isWarned = words[0] === 'hosts' && servers(c.home).length === 0 && !stdout.includes('# port 22')
    assert.deepEqual([status, stderr], [0, isWarned ? unserved : ''])
    return stdout
  }
  const serving = (): void => claimServing(c.home, 'http://127.0.0.1:8773').note({ dnsPort: 8753 })

  it('is shown with what its names do not say', async () => {
    serving()
    assert.equal(
      await tool('hosts', 'Console-LB'),
      `127.5.128.1\t${name}\t# port 80 is at 10080, port 8080: its certificate is gone\n`,
    )
    assert.equal(
      await tool('hosts', '--curl', `${name}.`),
      `--connect-to ${name}:80:127.5.128.1:10080\n--resolve ${name}:443:127.5.128.1\n`,
    )
    const status = await tool('status')
    assert.match(status, /^SERVER\thttp:\/\/127\.0\.0\.1:8773\nDNS\t127\.0\.0\.1:8753\nBALANCER\t/m)
    const ports = '80 at 10080,443,8080 (its certificate is gone)'
    assert.ok(status.includes(`BALANCER\t${name}\t127.5.128.1\thaproxy 2.6.12\t${ports}\n`), status)
  })

  it('is not what was there in an earlier server’s time, or for an earlier balancer', async () => {
    assert.equal(await tool('hosts'), `127.5.128.1\t${name}\n`)
    assert.ok((await tool('status')).includes(`BALANCER\t${name}\t127.5.128.1\tnot served\t80,443,8080\n`))
    serving()
    c.engine.write(tx => {
      const balancer = tx.loadBalancers.in('000000000001').must('console-lb')
      tx.loadBalancers.in('000000000001').put({ ...balancer, id: 'bb' })
    })
    assert.equal(await tool('hosts'), `127.5.128.1\t${name}\n`)
  })

  it('tells guests that are on from those that have ended', async () => {
    haveInstance(c, { id: 'i-0000000a', privateIp: '127.5.0.1', userData: btoa('#cloud-config\n') })
    const folder = join(c.home, 'plane/guests/i-0000000a')
    mkdirSync(folder, { recursive: true })
    const place = (pid: number) => ({
      ...{ instanceId: 'i-0000000a', address: '127.5.0.1', process: { pid, started: '' } },
      ports: [{ port: 22, mapped: 10_022 }],
    })
    writeFileSync(join(folder, 'place.json'), JSON.stringify(place(process.pid)))
    const line = '127.5.0.1\teuca-127-5-0-1.eucalyptus.internal'
    assert.equal(await tool('hosts', 'i-0000000a'), `${line}\t# port 22 is at 10022\n`)
    assert.ok((await tool('status')).includes(`GUEST\ti-0000000a\t127.5.0.1\tpid ${process.pid}\n`))
    writeFileSync(join(folder, 'place.json'), JSON.stringify(place(2 ** 22 + 1)))
    assert.equal(await tool('hosts', 'i-0000000a'), `${line}\n`)
    assert.match(await tool('status'), /^GUEST\ti-0000000a\t127\.5\.0\.1\tpid \d+ \(ended\)$/m)
  })

  it('is nothing where there is no cloud, and none is made by asking', async () => {
    const home = join(c.home, 'none')
    assert.deepEqual(await hostsOf(home, [], c.clock), [])
    await assert.rejects(hostsOf(home, ['x'], c.clock), { name: 'NoHostError' })
    assert.ok(!existsSync(home))
  })
})
