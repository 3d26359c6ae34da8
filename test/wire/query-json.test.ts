// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { DeleteStack$, DescribeStacks$ } from '@aws-sdk/client-cloudformation'
import { writeQueryJson } from '../../src/engine/wire/query-json'

describe('answers of the query protocol as JSON', () => {
  const document = ({ body }: { readonly body?: unknown }) => JSON.parse(String(body))

  it('have the names of XML, times in seconds, and what is not there left out', () => {
    const CreationTime = new Date('2014-02-16T12:13:16.500Z')
    const Stacks = [
      { StackName: 'a"\n', CreationTime, StackStatus: 'CREATE_COMPLETE', Tags: [], Outputs: undefined },
    ]
    const answer = writeQueryJson(DescribeStacks$, { Stacks }, { requestId: 'r' })
    assert.equal(answer.headers?.['content-type'], 'application/json')
    assert.deepEqual(document(answer), {
      DescribeStacksResponse: {
        DescribeStacksResult: {
          Stacks: [
            {
              ...{ StackName: 'a"\n', CreationTime: 1392552796.5, StackStatus: 'CREATE_COMPLETE' },
              Tags: [],
            },
          ],
        },
        ResponseMetadata: { RequestId: 'r' },
      },
    })
  })

  it('have no result where there is no output', () => {
    assert.deepEqual(document(writeQueryJson(DeleteStack$, {}, { requestId: 'r' })), {
      DeleteStackResponse: { ResponseMetadata: { RequestId: 'r' } },
    })
  })
})
