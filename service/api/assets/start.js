// Examples of parameters stand below their inputs. Inside of them they would be part of the first request.
const withExample = (Form, { React }) => (props) => {
  const example = props.schema?.getIn?.(["examples", 0]);
  const form = React.createElement(Form, props);
  if (example === undefined) return form;
  const text = `Example: ${example.toJS ? example.toJS().join(", ") : example}`;
  return React.createElement("div", null, form, React.createElement("small", null, text));
};

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  plugins: [{ wrapComponents: { JsonSchemaForm: withExample } }],
  validatorUrl: null,
});
