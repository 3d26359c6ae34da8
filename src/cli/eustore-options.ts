// SPDX-License-Identifier: BSD-2-Clause
import { exclusive, option } from './options'

/** Where the catalog is: a region's, or an address. */
export const catalogAddress = {
  address: exclusive(
    { required: false },
    {
      region: option('--region', {
        metavar: 'USER@REGION',
        help: 'region and/or user name to look up in config files',
      }),
      catalogUrl: option('-U --url', {
        metavar: 'URL',
        help: 'address of the image store: an http, https or file URL, or a folder',
      }),
    },
  ),
} as const
