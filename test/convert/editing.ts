// SPDX-License-Identifier: BSD-2-Clause
import { editFstab, editFstabWith, type FstabEdit } from '../../src/convert/edit-fstab'

const now = new Date('2014-02-16T12:00:00Z')

/** What a refusal ends with. */
export const otherwise = 'do something else'

/** With the programs that are installed. */
export const edit = (image: string): Promise<FstabEdit> => editFstab(image, { now, otherwise })

/** As if e2fsprogs were not installed. */
export const alone = (image: string): Promise<FstabEdit> =>
  editFstabWith(undefined, image, { now, otherwise })
