import * as z from 'zod/mini';
import { type NebiusCloudOptions, RemoteWrite } from '../../remote-write';
import { accepted, converted, NOTES, option, options, Refusal, required, type Value } from '../option';
import { type DestinationOptions, destinationOptions, remoteWriteOptions } from '../shared/destinations';
import { httpUrl, text } from '../values';

const PLAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const CONSOLE = 'copied from the console of Nebius Cloud';

/** Region, project and credential in Nebius Cloud. */
export const nebiusCloud: Value<NebiusCloudOptions | undefined> = z
  .optional(
    converted(
      options<NebiusCloudOptions & DestinationOptions>({
        region: required(
          text({ expected: `the region of the project, ${CONSOLE}`, example: 'eu-north1', pattern: PLAIN }),
          'Region of the project.',
          'eu-north1',
        ),
        projectId: required(
          text({ expected: `the id of the project, ${CONSOLE}`, example: 'project-e00example', pattern: PLAIN }),
          'Id of the project.',
          'project-e00example',
        ),
        bucket: option(
          text({ expected: 'the name of a bucket in the project', example: 'soperator', pattern: PLAIN }),
          'Bucket inside the project.',
          {
            otherwise: 'soperator',
            example: 'soperator',
          },
        ),
        endpoint: option(
          httpUrl('https://write.monitoring.eu-north1.nebius.cloud/…'),
          'URL in place of the one made of region, project and bucket.',
          {
            otherwise: "Nebius Cloud's",
            example: 'https://gateway.example.com/api/v1/write',
          },
        ),
        ...destinationOptions(
          { otherwise: 'nebius-cloud', example: 'nebius-cloud' },
          {
            otherwise: 'the token that the platform renews in /mnt/cloud-metadata/tsa-token on every node',
            example: { tokenSecret: { name: 'metrics-writer', key: 'token' } },
          },
        ),
      }),
      (given) => {
        const options = remoteWriteOptions(given);
        const made = accepted(() => RemoteWrite.nebiusCloud(options));
        return made instanceof Refusal ? made : options;
      },
    ),
  )
  .register(NOTES, { description: 'Nebius Cloud Monitoring; with publicEndpointEnabled: true.' });
