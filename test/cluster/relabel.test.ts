import { relabelCases } from '../lib/scrape/relabel-cases';
import { compareWithVmagent, vmagentUrl } from './support/vmagent';

describe('relabeling', () => {
  it('gives for every case what the running vmagent gives', async () => {
    const vmagent = await vmagentUrl();
    try {
      const { series, targets, differences } = await compareWithVmagent(vmagent.url, relabelCases(1000));
      process.stdout.write(`relabeling: compared ${series} cases as series and ${targets} as targets with ${vmagent.url}\n`);
      expect(differences).toEqual([]);
    } finally {
      vmagent.close();
    }
  }, 300_000);
});
