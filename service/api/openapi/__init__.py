"""What the OpenAPI document has beside what flask-smorest reads from views and schemas."""
