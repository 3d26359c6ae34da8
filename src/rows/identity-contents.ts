// SPDX-License-Identifier: BSD-2-Clause
// What would go with a user or a group. A password is not shown, as it never was.
import type { Row } from './cell'
import { contentLines, required } from './plain'

interface Named {
  readonly Arn?: string | undefined
}

const arns = (items: readonly Named[]): string[] => items.map(({ Arn }) => required(Arn, 'Arn'))

interface GroupContents {
  readonly Users: readonly Named[]
  readonly PolicyNames: readonly string[]
}

export const groupContentLines = ({ Users, PolicyNames }: GroupContents): Iterable<Row> =>
  contentLines([
    ['users', arns(Users)],
    ['policies', PolicyNames],
  ])

interface UserContents {
  readonly AccessKeyMetadata: readonly { readonly AccessKeyId?: string | undefined }[]
  readonly PolicyNames: readonly string[]
  readonly Certificates: readonly { readonly CertificateId?: string | undefined }[]
  readonly Groups: readonly Named[]
}

export const userContentLines = (contents: UserContents): Iterable<Row> =>
  contentLines([
    ['accesskeys', contents.AccessKeyMetadata.map(({ AccessKeyId }) => required(AccessKeyId, 'AccessKeyId'))],
    ['policies', contents.PolicyNames],
    [
      'certificates',
      contents.Certificates.map(({ CertificateId }) => required(CertificateId, 'CertificateId')),
    ],
    ['groups', arns(contents.Groups)],
  ])
