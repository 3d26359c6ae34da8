// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { addCounts, countsOf, noCounts, readCounters } from '../../../src/plane/balancers/counters'
import { listener } from './scene'

const head = '# pxname,svname,mode,stot,req_tot,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,rtime,ctime'
const web = listener()
const stream = listener({ port: 25, protocol: 'TCP', instancePort: 2525, instanceProtocol: 'TCP' })

describe('What HAProxy has counted', () => {
  const first = [
    head,
    'http-80,FRONTEND,http,4,20,12,1,4,3,,',
    'backend-http-80,s1,http,9,,6,1,1,1,5,1',
    'backend-http-80,s2,http,8,,6,0,1,1,5,1',
    'backend-http-80,BACKEND,http,17,,12,1,2,2,40,1',
    'tcp-25,FRONTEND,tcp,5,,,,,,,',
    'backend-tcp-25,s1,tcp,5,,,,,,,3',
    'backend-tcp-25,BACKEND,tcp,5,,,,,,,10',
    '',
  ].join('\n')

  it('is told apart by who has answered, clients’ faults and instances’ as well as its own', () => {
    const { since } = readCounters(first, {})
    const counts = countsOf(since, [web])
    assert.ok(Math.abs(counts.latencySeconds - 0.68) < 1e-9)
    assert.deepEqual(
      { ...counts, latencySeconds: 0 },
      {
        ...{ requests: 20, timed: 17, latencySeconds: 0 },
        ...{ backend2xx: 12, backend3xx: 1, backend4xx: 2, backend5xx: 2, elb4xx: 2, elb5xx: 1 },
      },
    )
    // Of what only passes through, there are connections.
    assert.deepEqual(countsOf(since, [stream]), {
      ...noCounts(),
      ...{ requests: 5, timed: 5, latencySeconds: 0.05 },
    })
    assert.deepEqual(countsOf(since, []), noCounts())
  })

  it('is counted once, however often it is asked for', () => {
    const { total } = readCounters(first, {})
    assert.deepEqual(countsOf(readCounters(first, total).since, [web]), noCounts())
    const more = first.replace('http,4,20,12', 'http,5,22,14').replace('http,9,,6', 'http,11,,8')
    const { requests, backend2xx, elb5xx } = countsOf(readCounters(more, total).since, [web])
    assert.deepEqual([requests, backend2xx, elb5xx], [2, 2, 0])
  })

  it('adds up', () => {
    const sum = { ...noCounts(), requests: 1, timed: 1 }
    addCounts(sum, { ...noCounts(), requests: 2, elb4xx: 3 })
    assert.deepEqual(sum, { ...noCounts(), requests: 3, timed: 1, elb4xx: 3 })
  })
})
