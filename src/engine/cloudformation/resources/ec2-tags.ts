// SPDX-License-Identifier: BSD-2-Clause
// Tags of what EC2 has. Those of the cloud, `aws:cloudformation:…`, are written as such; the stack's and the template's own
// are given as a user gives them, with whatever EC2 has to say to it.
import { putTags } from '../../tags'
import type { Made, Work } from './contracts'
import { services } from './services'

export interface OwnTag {
  readonly Key: string
  readonly Value: string
}

const isOfCloud = ({ Key }: OwnTag): boolean => Key.startsWith('aws:')

/** Which the cloud gives, and which are given in the name of whoever orders the stack: each key once, the last one's. */
export const parted = (
  work: Work,
  own: readonly OwnTag[] = [],
): { readonly ofCloud: readonly OwnTag[]; readonly ofUser: readonly OwnTag[] } => {
  const stack = work.tags()
  const users = [...stack.filter(tag => !isOfCloud(tag)), ...own]
  return {
    ofCloud: stack.filter(isOfCloud),
    ofUser: [...new Map(users.map(({ Key, Value }) => [Key, { Key, Value }])).values()],
  }
}

/** The keys that a resource was given for the stack, as its memory has them. */
export const keysGiven = (made: Made | undefined): readonly string[] =>
  (made?.memory?.tagKeys as readonly string[] | undefined) ?? []

/** Tag a resource, and take from it what it was given and is not to have any more. What has to be remembered of it. */
export const tagged = (
  work: Work,
  id: string,
  own: readonly OwnTag[] | undefined,
  before?: Made,
): { readonly tagKeys: readonly string[] } => {
  const { ofCloud, ofUser } = parted(work, own)
  const tagKeys = ofUser.map(({ Key }) => Key)
  const gone = keysGiven(before).filter(key => !tagKeys.includes(key))
  if (gone.length > 0) {
    work.call(services.ec2, 'DeleteTags', { Resources: [id], Tags: gone.map(Key => ({ Key })) })
  }
  if (ofUser.length > 0) work.call(services.ec2, 'CreateTags', { Resources: [id], Tags: ofUser })
  const written = ofCloud.map(({ Key, Value }) => ({ key: Key, value: Value }))
  putTags(work.tx, id, written, work.stack.account)
  return { tagKeys }
}
