// SPDX-License-Identifier: BSD-2-Clause
// How the tools of VPN connections show what the customer's device is to be told.
import { option } from '../options'

export const vpnConfigurationOptions = (usual: 'xml' | 'none') => ({
  format: option('--format', {
    help: `show the configuration of the customer's device in this format: xml, none, or another that there is a stylesheet for, such as generic or cisco-ios-isr (default: ${usual})`,
  }),
  stylesheet: option('--stylesheet', {
    help: 'file or URL of an XSLT stylesheet that makes the format of the configuration; {format} in it stands for the format (default: option "vpn-stylesheet" of the region)',
  }),
})
