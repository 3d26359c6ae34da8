// SPDX-License-Identifier: BSD-2-Clause
// What instances are given at launch, by one of three options: a text, a text that may be a file's name, a file.
import { statSync } from 'node:fs'
import type { Context } from '../context'
import { UsageError } from '../errors'
import { exclusive, option } from '../options'

export const userDataOptions = {
  userDataSource: exclusive(
    { required: false },
    {
      userData: option('-d --user-data', {
        metavar: 'DATA',
        help: 'user data to make available to the instances',
      }),
      userDataForce: option('--user-data-force', {
        metavar: 'DATA',
        help: 'as -d/--user-data, without checking whether a file of that name exists',
      }),
      userDataFile: option('-f --user-data-file', {
        metavar: 'FILE',
        help: 'file with user data to make available to the instances',
      }),
    },
  ),
}

export interface UserDataArgs {
  readonly userData: string | undefined
  readonly userDataForce: string | undefined
  readonly userDataFile: string | undefined
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** A text that names a file was hardly meant as a text. */
export const checkUserData = ({ userData }: UserDataArgs, context: Context): void => {
  if (userData !== undefined && isFile(context.path(userData))) {
    throw new UsageError(
      `argument -d/--user-data: to pass the contents of a file as user data, use -f/--user-data-file; ` +
        `to pass the text '${userData}' itself, use --user-data-force`,
    )
  }
}

const base64 = (data: string | Buffer): string => Buffer.from(data as string).toString('base64')

/** The data in base64; reads the file. */
export const userDataOf = async (args: UserDataArgs, context: Context): Promise<string | undefined> => {
  const text = args.userData ?? args.userDataForce
  if (text !== undefined) return base64(text)
  return args.userDataFile === undefined ? undefined : base64(await context.read(args.userDataFile))
}
