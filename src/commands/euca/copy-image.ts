// SPDX-License-Identifier: BSD-2-Clause
import { option } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { imageAvailable } from '../../install/goals'

export default ec2.command({
  summary: 'Copy an image from another region',
  description: 'Run this command against the region to copy to.',
  options: {
    sourceRegion: option('-r --source-region', {
      metavar: 'REGION',
      required: true,
      help: 'name of the region to copy the image from (required)',
    }),
    sourceAmiId: option('-s --source-ami-id', {
      metavar: 'IMAGE',
      required: true,
      help: 'ID of the image to copy (required)',
    }),
    name: option('-n --name', { help: 'name of the new image' }),
    description: option('-d --description', { metavar: 'DESC', help: 'description of the new image' }),
    clientToken: option('-c --client-token', {
      metavar: 'TOKEN',
      help: 'unique identifier to ensure that a repeated request copies nothing more',
    }),
  },
  call: (ec2, { sourceRegion, sourceAmiId, name, description, clientToken }) =>
    ec2.copyImage({
      SourceRegion: sourceRegion,
      SourceImageId: sourceAmiId,
      Name: name,
      Description: description,
      ClientToken: clientToken,
    }),
  rows: ({ ImageId }) => [['IMAGE', ImageId]],
  wait: { until: imageAvailable, of: ({ ImageId }) => [ImageId] },
})
