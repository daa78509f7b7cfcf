// Ponder wants an API; the benchmark asks the database itself.
import { Hono } from "hono";

export default new Hono();
