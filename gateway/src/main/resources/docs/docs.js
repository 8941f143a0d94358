"use strict";

window.SwaggerUIBundle({
	url: "/api/v1/openapi.json",
	dom_id: "#reference",
	deepLinking: true,
	displayRequestDuration: true,
	docExpansion: "none",
	defaultModelsExpandDepth: -1,
	filter: true,
	operationsSorter: "alpha",
	tagsSorter: "alpha",
	validatorUrl: null,
});
