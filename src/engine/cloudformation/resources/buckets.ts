// SPDX-License-Identifier: BSD-2-Clause
// AWS::S3::Bucket and AWS::S3::BucketPolicy.
import { configurationProperties, configure } from './bucket-configuration'
import { type Made, ResourceFailure, type Work } from './contracts'
import { type OwnTag, parted } from './ec2-tags'
import { documentText, inPlace, json, required, resourceType, tags, text } from './kinds'
import { removed } from './removal'
import { services } from './services'

// Under `localhost`, as public names of this cloud are; the label after the bucket's is the service.
const domain = 's3.eucalyptus.localhost'

/** The tags are the bucket's alone; the cloud's own are written beside them. */
const tag = (work: Work, Bucket: string, own: readonly OwnTag[] | undefined, before?: Made): boolean => {
  const { ofCloud, ofUser } = parted(work, own)
  if (ofUser.length > 0) work.call(services.s3, 'PutBucketTagging', { Bucket, Tagging: { TagSet: ofUser } })
  else if (before?.memory?.isTagged) work.call(services.s3, 'DeleteBucketTagging', { Bucket })
  const bucket = work.tx.buckets.must(Bucket)
  const users = (bucket.tags ?? []).filter(({ Key }) => !Key.startsWith('aws:'))
  work.tx.buckets.put({ ...bucket, tags: [...users, ...ofCloud] })
  return ofUser.length > 0
}

const attributesOf = (bucket: string): Made['attributes'] => ({
  Arn: `arn:aws:s3:::${bucket}`,
  DomainName: `${bucket}.${domain}`,
  WebsiteURL: `http://${bucket}.${domain}`,
})

export const bucket = resourceType({
  name: 'AWS::S3::Bucket',
  properties: { ...configurationProperties, BucketName: text, Tags: inPlace(tags) },
  attributes: ['Arn', 'DomainName', 'WebsiteURL'],
  takesTags: true,
  create: (work, values) => {
    const name = values.BucketName ?? work.newName(63).toLowerCase()
    // To make one's own again is no error to S3, and it would go with the stack.
    if (work.tx.buckets.get(name)) throw new ResourceFailure(`${name} already exists`)
    work.call(services.s3, 'CreateBucket', { Bucket: name })
    configure(work, name, values)
    const isTagged = tag(work, name, values.Tags)
    return { physicalId: name, ref: name, attributes: attributesOf(name), memory: { isTagged } }
  },
  update: (work, made, values, before) => {
    configure(work, made.physicalId, values, before)
    return { ...made, memory: { isTagged: tag(work, made.physicalId, values.Tags, made) } }
  },
  // What is in it is nobody's to delete but its owner's: a bucket that is not empty stays.
  remove: (work, { physicalId: Bucket }) =>
    removed(() => work.call(services.s3, 'DeleteBucket', { Bucket }), 'NoSuchBucket'),
})

const put = (work: Work, Bucket: string, document: Parameters<typeof documentText>[0]): void => {
  work.call(services.s3, 'PutBucketPolicy', { Bucket, Policy: documentText(document) })
}

export const bucketPolicy = resourceType({
  name: 'AWS::S3::BucketPolicy',
  properties: { Bucket: required(text), PolicyDocument: required(inPlace(json)) },
  attributes: [],
  create: (work, { Bucket, PolicyDocument }) => {
    put(work, Bucket, PolicyDocument)
    const name = work.newName()
    return { physicalId: name, ref: name, attributes: {} }
  },
  update: (work, made, { Bucket, PolicyDocument }) => {
    put(work, Bucket, PolicyDocument)
    return made
  },
  remove: (work, _, { Bucket }) =>
    removed(() => work.call(services.s3, 'DeleteBucketPolicy', { Bucket }), 'NoSuchBucket'),
})
