import { type Row, sized, text } from '../vocabulary';

/** What a reader must know to read a page, closed until it is asked for. */
export const guide = (...points: readonly string[]): Row => ({
  title: 'Guide',
  collapsed: true,
  panels: [
    sized(
      24,
      8,
      text({
        title: 'How to read this page',
        description: 'What the page shows, what can be chosen, and what its numbers mean.',
        content: points.map((point) => `- ${point}`).join('\n'),
      }),
    ),
  ],
});

/** What holds for every page with these panels. */
export const POINTS: readonly string[] = [
  'Lines by worker or job show the 20 with the highest or the lowest mean over the whole range; choose workers to see others. Tables show all.',
  'A gap is a time in which nothing was measured. Zero is drawn as zero.',
  '**Utilisation** is the share of time in which any kernel ran: 100 % says nothing about how much of the GPU it used. **Tensor activity** is nearer to work done.',
  'Hosts are found by the node of Kubernetes that a worker reports to SLURM; workers without GPUs have theirs, too.',
  'A click on a worker, a job or a GPU leads to what else is known of it, with the same time range.',
];
