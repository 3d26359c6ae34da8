// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../options'

/** Which device. */
export const device = {
  serial: option('-s --serial-number', {
    metavar: 'SERIAL',
    required: true,
    help: 'serial number of the device (required)',
  }),
}

/** What it shows, twice, which proves that one has it and tells how its clock goes. */
export const codes = {
  code1: option('-c1', { metavar: 'CODE', required: true, help: 'code that the device shows (required)' }),
  code2: option('-c2', {
    metavar: 'CODE',
    required: true,
    help: 'code that the device shows right after that one (required)',
  }),
}
