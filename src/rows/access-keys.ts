// SPDX-License-Identifier: BSD-2-Clause
import type { Row } from './cell'
import { plain, required } from './plain'

interface MadeKey {
  readonly AccessKey?:
    | { readonly AccessKeyId?: string | undefined; readonly SecretAccessKey?: string | undefined }
    | undefined
  readonly Configuration?: readonly string[]
}

/** A new key: the configuration that has it, or its ID and its secret. */
export const madeKeyRows = ({ AccessKey, Configuration }: MadeKey): Row[] =>
  Configuration ? [...Configuration] : [plain(AccessKey?.AccessKeyId), plain(AccessKey?.SecretAccessKey)]

interface KeyMetadata {
  readonly AccessKeyId?: string | undefined
  readonly Status?: string | undefined
}

/** Each key's ID and state, a line each. */
export function* keyRows(keys: readonly KeyMetadata[] | undefined): Generator<Row> {
  for (const { AccessKeyId, Status } of keys ?? []) {
    yield plain(required(AccessKeyId, 'AccessKeyId'))
    yield plain(required(Status, 'Status'))
  }
}
