// What a user of the generated TypeScript types writes; prints what it has got as JSON.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { argv: string[] };

function answered<T>(data: T | undefined): T {
  if (data === undefined) throw new Error("There is no answer.");
  return data;
}

const client = createClient<paths, "application/json" | "application/problem+json">({ baseUrl: process.argv[2] });

const page = answered(
  (
    await client.GET("/v1/search", {
      params: {
        query: {
          q: "Deich Sturmflut",
          match: "any",
          source: ["nordersieler-nachrichten"],
          from: "2024",
          facet: ["tag:3", "year"],
          sort: "relevance",
          page_size: 2,
        },
      },
    })
  ).data,
);
const first = page.results[0];
if (first === undefined) throw new Error("Nothing is found.");
const exact: components["schemas"]["Tier"] = "exact";

const posted = answered(
  (await client.POST("/v1/search", { body: { q: "Deich Sturmflut", match: "any", page_size: 0 } })).data,
);

const article = answered(
  (await client.GET("/v1/articles/{article_id}", { params: { path: { article_id: first.id } } })).data,
);

const batch = answered(
  (await client.GET("/v1/articles", { params: { query: { id: [first.id, "gibt-es-nicht"] } } })).data,
);
if (!("missing" in batch)) throw new Error("Ids are answered with articles.");

const tags = answered((await client.GET("/v1/tags", { params: { query: { name: "kü" } } })).data);

const timeline = answered(
  (await client.GET("/v1/timeline", { params: { query: { q: ["Deich", "Sturmflut"], interval: "year" } } })).data,
);

const nothing = await client.GET("/v1/articles/{article_id}", { params: { path: { article_id: "gibt-es-nicht" } } });
if (nothing.error?.code !== "article_not_found") throw new Error("There is such an article.");

const refused = await client.GET("/v1/search", { params: { query: { page: 0 } } });

const tooLong = await client.GET("/v1/search", { params: { query: { q: "Deich ".repeat(2_000) } } });

// @ts-expect-error - a word that is none of the vocabulary is seen before anything is asked
void (() => client.GET("/v1/search", { params: { query: { match: "some" } } }));

console.log(
  JSON.stringify({
    total: page.total.value,
    titles: page.results.map((result) => result.title),
    exact: page.results.map((result) => result.tier === exact),
    html: first.highlights?.body?.[0]?.html,
    tags: Object.fromEntries((page.facets?.tag?.values ?? []).map((value) => [value.id, value.count])),
    uncounted: page.facets?.author === undefined,
    posted: posted.total.value,
    words: (article.text ?? "").split(/\s+/).length,
    batch: [batch.results.map((found) => found.id), batch.missing],
    named: tags.results.map((tag) => tag.name),
    timeline: timeline.series.map((series) => (series.points ?? []).map((point) => point.count)),
    problems: [nothing.error.status, refused.error?.errors[0]?.parameter, tooLong.error?.status],
  }),
);
