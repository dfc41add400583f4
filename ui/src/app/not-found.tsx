import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/page';

export function NotFound() {
  return (
    <main className="page">
      <Empty title="There is no such page" action={<Link to="/jobs">Go to the jobs</Link>}>
        The address may be old or mistyped. Ctrl-K finds jobs, workers and pages by name.
      </Empty>
    </main>
  );
}
