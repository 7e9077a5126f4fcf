import { RemoteWrite } from '../../remote-write';
import { accepted, converted, NOTES, option, options, required } from '../option';
import { type DestinationOptions, destinationOptions, remoteWriteOptions } from '../shared/destinations';
import { httpUrl, list } from '../values';

/** One destination of the list. */
interface ListedDestination extends DestinationOptions {
  readonly url: string;
}

/** Destinations by their URL. */
export const remoteWrite = option(
  list(
    converted(
      options<ListedDestination>(
        {
          url: required(
            httpUrl('https://metrics.example.com/api/v1/write'),
            'URL that takes Prometheus remote write.',
            'https://metrics.example.com/api/v1/write',
          ),
          ...destinationOptions(
            { otherwise: "the URL's host, with dashes", example: 'company-pool' },
            { otherwise: 'nobody in particular', example: { tokenSecret: { name: 'metrics-writer', key: 'token' } } },
          ),
        },
        [],
        'a destination; write {url: https://metrics.example.com/api/v1/write}',
      ),
      ({ url: to, ...given }) => accepted(() => RemoteWrite.toUrl(to, remoteWriteOptions(given))),
    ).register(NOTES, { id: 'RemoteWrite' }),
    '{url: https://metrics.example.com/api/v1/write}',
  ),
  'More destinations that speak Prometheus remote write. Their order matters to a running agent: its queues belong to positions.',
  { otherwise: 'none', example: [{ url: 'https://metrics.example.com/api/v1/write' }] },
);
