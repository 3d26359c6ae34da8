// SPDX-License-Identifier: BSD-2-Clause
import { type Row, text } from './cell'
import { plain } from './plain'

interface User {
  readonly Arn?: string | undefined
  readonly UserId?: string | undefined
  readonly CreateDate?: Date | undefined
  readonly Enabled?: boolean | undefined
  readonly RegStatus?: string | undefined
  readonly PasswordExpiration?: Date | undefined
}

/** A line each; of what only Eucalyptus knows, an empty one where it says nothing. */
export const userLines = (user: User | undefined, { showExtra }: { readonly showExtra: boolean }): Row[] => {
  const { CreateDate, Enabled, RegStatus, PasswordExpiration } = user ?? {}
  const extra = [CreateDate, Enabled, RegStatus, PasswordExpiration]
  return [plain(user?.Arn), plain(user?.UserId), ...(showExtra ? extra.map(value => text(value) ?? '') : [])]
}
