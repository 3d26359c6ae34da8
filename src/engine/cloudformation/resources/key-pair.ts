// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::KeyPair, of somebody's own public key.
import type { ImportKeyPairResult } from '@aws-sdk/client-ec2'
import { tagged } from './ec2-tags'
import { inPlace, required, resourceType, tags, text } from './kinds'
import { removed } from './removal'
import { services } from './services'

/** A pair that is made by the cloud has a private half that nothing here could keep, so that the public one is given. */
export const keyPair = resourceType({
  name: 'AWS::EC2::KeyPair',
  properties: { KeyName: required(text), PublicKeyMaterial: required(text), Tags: inPlace(tags) },
  attributes: ['KeyFingerprint', 'KeyPairId'],
  takesTags: true,
  create: (work, { KeyName, PublicKeyMaterial, Tags }) => {
    const { KeyPairId = '', KeyFingerprint = '' } = work.call<ImportKeyPairResult>(
      services.ec2,
      'ImportKeyPair',
      { KeyName, PublicKeyMaterial: Buffer.from(PublicKeyMaterial) },
    )
    const memory = tagged(work, KeyPairId, Tags)
    return { physicalId: KeyName, ref: KeyName, attributes: { KeyFingerprint, KeyPairId }, memory }
  },
  update: (work, made, { Tags }) => ({
    ...made,
    memory: tagged(work, String(made.attributes.KeyPairId), Tags, made),
  }),
  // Another one of that name is not this one. Of one that is not there nothing is said.
  remove: (work, { attributes }) =>
    removed(() => work.call(services.ec2, 'DeleteKeyPair', { KeyPairId: attributes.KeyPairId })),
})
