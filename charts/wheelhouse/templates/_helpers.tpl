{{- define "wheelhouse.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "wheelhouse.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "wheelhouse.labels" -}}
{{ include "wheelhouse.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "wheelhouse.image" -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- if hasPrefix "sha256:" $tag }}{{ printf "%s@%s" .Values.image.repository $tag }}{{ else }}{{ printf "%s:%s" .Values.image.repository $tag }}{{ end }}
{{- end }}

{{- define "wheelhouse.state" -}}
{{- default (printf "%s-state" (include "wheelhouse.name" .)) .Values.state.existingClaim }}
{{- end }}

{{/* The keys of the secret that a role gets, and whether it starts without: docs/operations.md#secrets */}}
{{- define "wheelhouse.secrets" -}}
REDIS_URL: false
MONGODB_URI: false
WHEELHOUSE_METRICS_TOKEN: true
{{- if has .role (list "serve" "worker" "bot") }}
WHEELHOUSE_INFERENCE_TOKEN: true
{{- end }}
{{- if eq .role "bot" }}
WHEELHOUSE_TOKEN: false
{{- end }}
{{- end }}

{{/* How long a role may take to end, in seconds. */}}
{{- define "wheelhouse.grace" -}}
{{- if eq .role "worker" }}{{ add (default 3 .of.drainSeconds) 20 }}{{ else }}30{{ end }}
{{- end }}
