// SPDX-License-Identifier: BSD-2-Clause
// AWS::CloudFormation::WaitConditionHandle and AWS::CloudFormation::WaitCondition: a URL, and whoever waits until enough has
// been put there (engine-cloudformation-cloudwatch, part 1 §7).
import { presignedUrl } from '../../wire/signature/presigned'
import { type Made, ResourceFailure, type Work } from './contracts'
import { integer, resourceType, text, unchangeable } from './kinds'
import { complete } from './removal'
import { closeHandle, isSignalPlace, openHandle, type SignalPlace, signalTexts } from './wait-store'

export const waitConditionHandle = resourceType({
  name: 'AWS::CloudFormation::WaitConditionHandle',
  properties: {},
  attributes: [],
  create: work => {
    const { tx, stack, logicalId } = work
    const key = `${stack.id}/${logicalId}/WaitHandle`
    const { bucket, session, token, validSeconds } = openHandle(tx, key)
    const url = presignedUrl({
      ...{ method: 'PUT', endpoint: tx.endpoint, path: `/services/objectstorage/${bucket}/${key}` },
      ...{ region: tx.region, service: 's3', accessKeyId: session.id, secret: session.secret },
      ...{ token, now: tx.now, validSeconds },
    })
    return { physicalId: url, ref: url, attributes: {}, memory: { bucket, key, sessionId: session.id } }
  },
  remove: (work, { memory }) => {
    const place = { bucket: String(memory?.bucket), key: String(memory?.key) }
    closeHandle(work.tx, place, String(memory?.sessionId))
    return complete
  },
})

const pathOf = (url: string): string => {
  try {
    return decodeURIComponent(new URL(url).pathname)
  } catch {
    // A template may give anything for a handle.
    return ''
  }
}

/** Which signals a condition waits for: those of a handle of its own stack, or of one that its account has. */
const placeOf = (work: Work, handle: string): SignalPlace => {
  const [, bucket = '', key = ''] =
    /^\/services\/objectstorage\/([^/]+)\/(.+\/WaitHandle)$/.exec(pathOf(handle)) ?? []
  const [own = ''] = work.stack.id.split(':stack/')
  const isOwn = key.startsWith(`${own}:stack/`) && isSignalPlace(work.tx, { bucket, key })
  if (!isOwn) throw new ResourceFailure(`Invalid Handle: ${handle}`)
  return { bucket, key }
}

interface Signal {
  readonly isFailure: boolean
  readonly uniqueId: string
  readonly data: string
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined

/** Undefined for what is none, and is passed over. */
const signalOf = (written: string): Signal | undefined => {
  let body: unknown
  try {
    body = JSON.parse(written)
  } catch {
    // Whatever was put there, it was no signal.
    return undefined
  }
  if (typeof body !== 'object' || body === null) return undefined
  const { Status, UniqueId, Data } = body as Record<string, unknown>
  const [uniqueId, data] = [textOf(UniqueId), textOf(Data)]
  if ((Status !== 'SUCCESS' && Status !== 'FAILURE') || uniqueId === undefined || data === undefined) {
    return undefined
  }
  return { isFailure: Status === 'FAILURE', uniqueId, data }
}

const longestTimeout = 43_200

/** Conditions are not changed: what they waited for has been. */
export const waitCondition = resourceType({
  name: 'AWS::CloudFormation::WaitCondition',
  properties: { Count: unchangeable(integer), Handle: unchangeable(text), Timeout: unchangeable(integer) },
  attributes: ['Data'],
  takesSignals: true,
  create: (work, { Handle, Timeout }): Made => {
    if (work.waitsForSignals) {
      const name = work.newName()
      return { physicalId: name, ref: name, attributes: { Data: '{}' } }
    }
    if (Timeout === undefined) throw new ResourceFailure('Timeout is a required field')
    if (Handle === undefined) throw new ResourceFailure('Handle is a required field')
    if (Timeout > longestTimeout) throw new ResourceFailure(`timeout can not be more than ${longestTimeout}`)
    const place = placeOf(work, Handle)
    const memory = { ...place, startedAt: work.tx.now.getTime() }
    return { physicalId: place.key, ref: place.key, attributes: {}, memory }
  },
  created: (work, made, { Count, Timeout = 0 }) => {
    const { bucket, key, startedAt } = made.memory ?? {}
    if (startedAt === undefined) return complete
    const signals = signalTexts(work.tx, { bucket: String(bucket), key: String(key) }).map(signalOf)
    if (signals.some(signal => signal?.isFailure)) throw new ResourceFailure('Found failure signal')
    const data = new Map(signals.flatMap(signal => (signal ? [[signal.uniqueId, signal.data]] : [])))
    const wanted = Count !== undefined && Count > 0 ? Count : 1
    if (data.size >= wanted) {
      const Data = JSON.stringify(Object.fromEntries(data))
      return { is: 'complete', made: { ...made, attributes: { Data } } }
    }
    if (work.tx.now.getTime() - Number(startedAt) > Timeout * 1000) {
      // The spelling is the service's.
      throw new ResourceFailure('Timeout exeeded waiting for success signals')
    }
    return { is: 'waiting', reason: 'Not enough success signals yet', hasOwnLimit: true }
  },
  update: () => {
    throw new ResourceFailure('Update to resource type AWS::CloudFormation::WaitCondition is not supported.')
  },
  remove: () => complete,
})
